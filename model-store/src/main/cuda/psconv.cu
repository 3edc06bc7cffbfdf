// Kernels of package io.psconv.model.cuda. compile.sh makes the PTX of them that the jar carries.
//
// Feature maps are NHWC. Their channels are sorted by residue (channel mod period), each residue
// class padded to a multiple of four with channels that are always zero. So the unit of every
// reduction is a quad: four channels that lie side by side, read at one position of the kernel.
//
// A convolution is an implicit matrix product over stored values only: filters that share their
// supports form a group, and a group has one list of quads to read, (quad, row, column), whatever
// the position of the output. An entry of that list is a pair:
//   x  where the quad lies behind the corner of the output's window (shared bytes, or floats)
//   y  bits of the window's row (0-15) and column (16-31), both of which must lie in the image; all
//      bits where the entry is padding
// Outputs come in tiles of slots. A slot is a filter of one group, a channel that is always zero, or
// nothing (channel -1). Of sixteen slots of a tile on tensor cores, a lane makes four side by side:
// two of one fragment and two of the next. A tile is four numbers:
//   x  its first entry in the list, y  steps over the list, z  its first weight, w  its first slot
//
// A batch of images is one row of output pixels, and what a run of them reads lies between the
// corner of the first and the last position of the last: one contiguous piece of the input.

typedef unsigned int u32;
typedef unsigned short u16;

#define RELU 1
#define RESIDUAL 2

// Shared bytes in front of the patch that stay zero: what lies outside of the image.
#define ZERO_BYTES 32

// ---- half precision, without the toolkit's headers ----

__device__ __forceinline__ u32 halves(float low, float high) {
  u32 packed;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
}

__device__ __forceinline__ u16 half(float value) {
  u16 packed;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(packed) : "f"(value));
  return packed;
}

__device__ __forceinline__ float single(u16 value) {
  float wide;
  asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(value));
  return wide;
}

__device__ __forceinline__ float2 singles(u32 packed) {
  return make_float2(single((u16)(packed & 0xffff)), single((u16)(packed >> 16)));
}

__device__ __forceinline__ float value(const float* at) { return *at; }

__device__ __forceinline__ float value(const u16* at) { return single(*at); }

__device__ __forceinline__ void put(float* at, float value) { *at = value; }

__device__ __forceinline__ void put(u16* at, float value) { *at = half(value); }

__device__ __forceinline__ float4 quad(const float* at) { return *(const float4*)at; }

__device__ __forceinline__ float4 quad(const u16* at) {
  uint2 packed = *(const uint2*)at;
  float2 low = singles(packed.x);
  float2 high = singles(packed.y);
  return make_float4(low.x, low.y, high.x, high.y);
}

__device__ __forceinline__ void putQuad(float* at, float4 v) { *(float4*)at = v; }

__device__ __forceinline__ void putQuad(u16* at, float4 v) {
  *(uint2*)at = make_uint2(halves(v.x, v.y), halves(v.z, v.w));
}

// ---- where windows lie ----

struct Geometry {
  int images, height, width, channels;
  int outHeight, outWidth, outChannels;
  int kernel, stride;

  __device__ __forceinline__ int outPixels() const { return images * outHeight * outWidth; }

  // The input pixel at the first row and column of a window, which may lie outside of the image.
  __device__ __forceinline__ int corner(int pixel) const {
    int x = pixel % outWidth;
    int rows = pixel / outWidth;
    int row = rows / outHeight * height + rows % outHeight * stride - kernel / 2;
    return row * width + x * stride - kernel / 2;
  }

  // Which rows and columns of a window lie outside of the image, those behind the window too.
  __device__ __forceinline__ u32 outside(int pixel) const {
    int x = pixel % outWidth * stride - kernel / 2;
    int y = pixel / outWidth % outHeight * stride - kernel / 2;
    return ~(span(y, height) | span(x, width) << 16);
  }

  __device__ __forceinline__ u32 span(int start, int limit) const {
    int first = max(0, -start);
    int end = min(kernel, limit - start);
    return (1u << end) - (1u << first);
  }
};

// ---- convolution on tensor cores ----

__device__ __forceinline__ void copyAsync16(u32 to, const void* from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to),
               "l"(__cvta_generic_to_global(from))
               : "memory");
}

__device__ __forceinline__ void copyAsync8(u32 to, const void* from) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 8;" ::"r"(to),
               "l"(__cvta_generic_to_global(from))
               : "memory");
}

__device__ __forceinline__ void awaitCopies() {
  asm volatile("cp.async.wait_all;" ::: "memory");
}

__device__ __forceinline__ uint2 sharedQuad(u32 at) {
  uint2 quad;
  asm volatile("ld.shared.v2.b32 {%0, %1}, [%2];"
               : "=r"(quad.x), "=r"(quad.y)
               : "r"(at)
               : "memory");
  return quad;
}

__device__ __forceinline__ void putShared(u32 at, u16 value) {
  asm volatile("st.shared.b16 [%0], %1;" ::"r"(at), "h"(value) : "memory");
}

// Sums of 16 pixels and 8 slots over four quads. Which four of the sixteen terms a lane holds is the
// hardware's; as the order of the terms is free, they are the four channels of its own quad.
__device__ __forceinline__ void multiply(float* sums, uint2 upper, uint2 lower, uint2 weights) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(upper.x), "r"(lower.x), "r"(upper.y), "r"(lower.y), "r"(weights.x), "r"(weights.y));
}

// The weights of NT times 8 slots over four quads, in the order of the lanes' fragments.
template <int NT>
__device__ __forceinline__ void fragments(const uint2* at, int lane, uint2* weights) {
  if (NT == 1) {
    weights[0] = __ldg(at + lane);
    return;
  }
#pragma unroll
  for (int pair = 0; pair < NT / 2; pair++) {
    uint4 two = __ldg((const uint4*)at + pair * 32 + lane);
    weights[2 * pair] = make_uint2(two.x, two.y);
    weights[2 * pair + 1] = make_uint2(two.z, two.w);
  }
}

// What a sum must not be below. Maxima are those that keep a NaN, so that no overflow is lost.
__device__ __forceinline__ float lowest(int flags) {
  return __int_as_float(flags & RELU ? 0 : 0xff800000);
}

__device__ __forceinline__ float larger(float a, float b) {
  float most;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(most) : "f"(a), "f"(b));
  return most;
}

__device__ __forceinline__ float added(const u16* residual, int channel, int flags) {
  return single(flags & RESIDUAL ? residual[channel] : 0);
}

__device__ __forceinline__ void finishOne(
    u16* output, const u16* residual, int channel, float sum, int flags) {
  if (channel >= 0) {
    output[channel] = half(larger(sum + added(residual, channel, flags), lowest(flags)));
  }
}

// What a lane makes of one pixel: two slots side by side where a tile has eight slots.
__device__ __forceinline__ void finish(
    u16* output, const u16* residual, int2 channels, bool together, const float* sums, int flags) {
  float floor = lowest(flags);
  if (together) {
    float2 more = singles(flags & RESIDUAL ? *(const u32*)(residual + channels.x) : 0);
    *(u32*)(output + channels.x) =
        halves(larger(sums[0] + more.x, floor), larger(sums[1] + more.y, floor));
    return;
  }
  finishOne(output, residual, channels.x, sums[0], flags);
  finishOne(output, residual, channels.y, sums[1], flags);
}

// And four slots where it has more.
__device__ __forceinline__ void finish(
    u16* output,
    const u16* residual,
    int4 channels,
    bool together,
    const float* first,
    const float* second,
    int flags) {
  float floor = lowest(flags);
  if (together) {
    float4 more = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (flags & RESIDUAL) {
      more = quad(residual + channels.x);
    }
    putQuad(
        output + channels.x,
        make_float4(
            larger(first[0] + more.x, floor), larger(first[1] + more.y, floor),
            larger(second[0] + more.z, floor), larger(second[1] + more.w, floor)));
    return;
  }
  finishOne(output, residual, channels.x, first[0], flags);
  finishOne(output, residual, channels.y, first[1], flags);
  finishOne(output, residual, channels.z, second[0], flags);
  finishOne(output, residual, channels.w, second[1], flags);
}

__device__ __forceinline__ bool sideBySide(int4 channels) {
  return channels.x >= 0 && (channels.x & 3) == 0 && channels.y == channels.x + 1
      && channels.z == channels.x + 2 && channels.w == channels.x + 3;
}

__device__ __forceinline__ void stage(u32 pixel, int channel, float sum) {
  if (channel >= 0) {
    putShared(pixel + channel * 2, half(sum));
  }
}

// A block takes warpsAcross * MT * 16 output pixels and copies what they read, the patch, into
// shared memory once for all groups of filters. A warp takes MT * 16 of these pixels and NT * 8
// slots at a time. pixelBytes is the distance of the patch's pixels, chosen against bank conflicts.
//
// Slots whose channels lie apart, as those of filter blocks do, would be stored in pieces of two
// bytes. Where stageStart is not zero, sums are put together in shared memory from there on instead,
// in half precision, with stageBytes between pixels; whole pixels are stored at the end. A block
// then makes all tiles of its pixels.
template <int MT, int NT>
__device__ __forceinline__ void convolveHalf(
    const u16* input,
    u16* output,
    const u16* residual,
    const uint2* reads,
    const int4* tiles,
    const uint2* weights,
    const float* bias,
    const int* channels,
    const Geometry& g,
    int pixelBytes,
    int tileCount,
    int warpsAcross,
    int stageStart,
    int stageBytes,
    int flags) {
  extern __shared__ __align__(16) unsigned char shared[];
  u32 sharedStart = (u32)__cvta_generic_to_shared(shared);
  int thread = threadIdx.x;
  int threads = blockDim.x;
  int lane = thread & 31;
  int warp = thread >> 5;
  int pixels = g.outPixels();
  int blockPixels = warpsAcross * MT * 16;
  int first = blockIdx.x * blockPixels;
  int end = min(first + blockPixels, pixels);

  // A 1x1 convolution of stride 2 leaves most of what lies between out.
  bool sparsely = g.kernel == 1 && g.stride > 1;
  int patchStart = max(g.corner(first), 0);
  int patchEnd = min(
      g.corner(end - 1) + (g.kernel - 1) * (g.width + 1) + 1, g.images * g.height * g.width);
  int patchPixels = sparsely ? end - first : patchEnd - patchStart;
  {
    bool wide = (g.channels & 7) == 0;
    int parts = wide ? g.channels >> 3 : g.channels >> 2;
    int partBytes = wide ? 16 : 8;
    int pixel = thread / parts;
    int part = thread % parts;
    int pixelStep = threads / parts;
    int partStep = threads % parts;
    while (pixel < patchPixels) {
      int from = sparsely ? g.corner(first + pixel) : patchStart + pixel;
      const unsigned char* source =
          (const unsigned char*)(input + (size_t)from * g.channels) + part * partBytes;
      u32 to = sharedStart + ZERO_BYTES + pixel * pixelBytes + part * partBytes;
      if (wide) {
        copyAsync16(to, source);
      } else {
        copyAsync8(to, source);
      }
      pixel += pixelStep;
      part += partStep;
      if (part >= parts) {
        part -= parts;
        pixel++;
      }
    }
  }
  if (thread < ZERO_BYTES / 4) {
    ((u32*)shared)[thread] = 0;
  }

  int firstOfWarp = first + warp % warpsAcross * (MT * 16);
  int starts[2 * MT];
  u32 masks[2 * MT];
#pragma unroll
  for (int row = 0; row < 2 * MT; row++) {
    int pixel = firstOfWarp + row * 8 + (lane >> 2);
    bool used = pixel < end;
    int place = sparsely ? pixel - first : g.corner(pixel) - patchStart;
    starts[row] = sharedStart + ZERO_BYTES + place * pixelBytes;
    masks[row] = used ? g.outside(pixel) : ~0u;
  }
  int outside = sharedStart + (lane & 3) * 8;
  awaitCopies();
  __syncthreads();

  int warpsDown = (threads >> 5) / warpsAcross;
  for (int tile = blockIdx.y * warpsDown + warp / warpsAcross; tile < tileCount;
       tile += gridDim.y * warpsDown) {
    // Lanes that had no pixel to store meet the others again: tensor cores take whole warps.
    __syncwarp();
    int4 which = __ldg(tiles + tile);
    const uint2* list = reads + which.x + (lane & 3);
    const uint2* packed = weights + which.z;
    float sums[MT][NT][4];
#pragma unroll
    for (int n = 0; n < NT; n++) {
      int slot = NT == 1 ? (lane & 3) * 2 : n / 2 * 16 + (lane & 3) * 4 + n % 2 * 2;
      float2 start = __ldg((const float2*)(bias + which.w + slot));
#pragma unroll
      for (int m = 0; m < MT; m++) {
        sums[m][n][0] = start.x;
        sums[m][n][1] = start.y;
        sums[m][n][2] = start.x;
        sums[m][n][3] = start.y;
      }
    }
    uint2 read = __ldg(list);
    uint2 own[NT];
    fragments<NT>(packed, lane, own);
    for (int step = 0; step < which.y; step++) {
      // What the next step needs is under way while this one multiplies.
      int next = min(step + 1, which.y - 1);
      uint2 nextRead = __ldg(list + next * 4);
      uint2 nextOwn[NT];
      fragments<NT>(packed + next * (NT * 32), lane, nextOwn);
      uint2 rows[2 * MT];
#pragma unroll
      for (int row = 0; row < 2 * MT; row++) {
        bool in = (masks[row] & read.y) == 0;
        rows[row] = sharedQuad(in ? starts[row] + (int)read.x : outside);
      }
#pragma unroll
      for (int n = 0; n < NT; n++) {
#pragma unroll
        for (int m = 0; m < MT; m++) {
          multiply(sums[m][n], rows[2 * m], rows[2 * m + 1], own[n]);
        }
      }
      read = nextRead;
#pragma unroll
      for (int n = 0; n < NT; n++) {
        own[n] = nextOwn[n];
      }
    }
    const int* slots = channels + which.w + (lane & 3) * (NT == 1 ? 2 : 4);
#pragma unroll
    for (int n = 0; n < NT; n += NT == 1 ? 1 : 2) {
      int4 to;
      if (NT == 1) {
        int2 two = __ldg((const int2*)slots);
        to = make_int4(two.x, two.y, -1, -1);
      } else {
        to = __ldg((const int4*)(slots + n * 8));
      }
      bool together = NT == 1 ? to.y == to.x + 1 && (to.x & 1) == 0 : sideBySide(to);
#pragma unroll
      for (int row = 0; row < 2 * MT; row++) {
        int pixel = firstOfWarp + row * 8 + (lane >> 2);
        if (pixel < end && stageStart != 0) {
          u32 at = sharedStart + stageStart + (pixel - first) * stageBytes;
          stage(at, to.x, sums[row / 2][n][row % 2 * 2]);
          stage(at, to.y, sums[row / 2][n][row % 2 * 2 + 1]);
          if (NT > 1) {
            stage(at, to.z, sums[row / 2][NT == 1 ? n : n + 1][row % 2 * 2]);
            stage(at, to.w, sums[row / 2][NT == 1 ? n : n + 1][row % 2 * 2 + 1]);
          }
        } else if (pixel < end) {
          size_t place = (size_t)pixel * g.outChannels;
          const float* sum = sums[row / 2][n] + row % 2 * 2;
          if (NT == 1) {
            finish(
                output + place, residual + place, make_int2(to.x, to.y), together, sum, flags);
          } else {
            const float* more = sums[row / 2][NT == 1 ? n : n + 1] + row % 2 * 2;
            finish(output + place, residual + place, to, together, sum, more, flags);
          }
        }
      }
    }
  }

  if (stageStart != 0) {
    __syncthreads();
    int quads = g.outChannels / 4;
    size_t start = (size_t)first * g.outChannels;
    float floor = lowest(flags);
    for (int index = thread; index < (end - first) * quads; index += threads) {
      u32 at = sharedStart + stageStart + index / quads * stageBytes + index % quads * 8;
      uint2 packed = sharedQuad(at);
      float2 low = singles(packed.x);
      float2 high = singles(packed.y);
      float4 more = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
      if (flags & RESIDUAL) {
        more = quad(residual + start + (size_t)index * 4);
      }
      putQuad(
          output + start + (size_t)index * 4,
          make_float4(
              larger(low.x + more.x, floor), larger(low.y + more.y, floor),
              larger(high.x + more.z, floor), larger(high.y + more.w, floor)));
    }
  }
}

#define CONVOLUTION_HALF(MT, NT)                                                              \
  extern "C" __global__ void __launch_bounds__(128) convolution_f16_m##MT##_n##NT(            \
      const u16* input,                                                                       \
      u16* output,                                                                            \
      const u16* residual,                                                                    \
      const uint2* reads,                                                                     \
      const int4* tiles,                                                                      \
      const uint2* weights,                                                                   \
      const float* bias,                                                                      \
      const int* channels,                                                                    \
      int images,                                                                             \
      int height,                                                                             \
      int width,                                                                              \
      int inChannels,                                                                         \
      int outHeight,                                                                          \
      int outWidth,                                                                           \
      int outChannels,                                                                        \
      int kernel,                                                                             \
      int stride,                                                                             \
      int pixelBytes,                                                                         \
      int tileCount,                                                                          \
      int warpsAcross,                                                                        \
      int stageStart,                                                                         \
      int stageBytes,                                                                         \
      int flags) {                                                                            \
    Geometry g = {images, height, width, inChannels, outHeight, outWidth, outChannels, kernel, \
                  stride};                                                                    \
    convolveHalf<MT, NT>(                                                                     \
        input, output, residual, reads, tiles, weights, bias, channels, g, pixelBytes,        \
        tileCount, warpsAcross, stageStart, stageBytes, flags);                               \
  }

CONVOLUTION_HALF(1, 1)
CONVOLUTION_HALF(1, 2)
CONVOLUTION_HALF(1, 4)
CONVOLUTION_HALF(1, 8)
CONVOLUTION_HALF(2, 1)
CONVOLUTION_HALF(2, 2)
CONVOLUTION_HALF(2, 4)
CONVOLUTION_HALF(2, 8)
CONVOLUTION_HALF(4, 1)
CONVOLUTION_HALF(4, 2)
CONVOLUTION_HALF(4, 4)
CONVOLUTION_HALF(4, 8)

// ---- convolution in single precision ----

// A thread takes four output pixels and four slots; the threads of a block cover the tile's quads
// of slots fastest, so that they share what they read and write side by side.
extern "C" __global__ void __launch_bounds__(128) convolution_f32(
    const float* input,
    float* output,
    const float* residual,
    const uint2* reads,
    const int4* tiles,
    const float4* weights,
    const float* bias,
    const int* channels,
    int images,
    int height,
    int width,
    int inChannels,
    int outHeight,
    int outWidth,
    int outChannels,
    int kernel,
    int stride,
    int tileQuads,
    int flags) {
  Geometry g = {images, height, width, inChannels, outHeight, outWidth, outChannels, kernel,
                stride};
  int slotQuad = threadIdx.x % tileQuads;
  int pixels = g.outPixels();
  int first = (blockIdx.x * (blockDim.x / tileQuads) + threadIdx.x / tileQuads) * 4;
  if (first >= pixels) {
    return;
  }
  int4 tile = __ldg(tiles + blockIdx.y);
  int slot = tile.w + slotQuad * 4;
  const float* starts[4];
  u32 masks[4];
  float4 sums[4];
  float4 start = __ldg((const float4*)(bias + slot));
#pragma unroll
  for (int p = 0; p < 4; p++) {
    bool used = first + p < pixels;
    starts[p] = input + (long long)g.corner(first + p) * inChannels;
    masks[p] = used ? g.outside(first + p) : ~0u;
    sums[p] = start;
  }
  const float4* packed = weights + tile.z + slotQuad;
  for (int step = 0; step < tile.y; step++) {
    uint2 read = __ldg(reads + tile.x + step);
    float4 first = __ldg(packed);
    float4 second = __ldg(packed + tileQuads);
    float4 third = __ldg(packed + 2 * tileQuads);
    float4 fourth = __ldg(packed + 3 * tileQuads);
    packed += 4 * tileQuads;
#pragma unroll
    for (int p = 0; p < 4; p++) {
      float4 in = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
      if ((masks[p] & read.y) == 0) {
        in = __ldg((const float4*)(starts[p] + (int)read.x));
      }
      sums[p].x = fmaf(in.x, first.x, sums[p].x);
      sums[p].y = fmaf(in.x, first.y, sums[p].y);
      sums[p].z = fmaf(in.x, first.z, sums[p].z);
      sums[p].w = fmaf(in.x, first.w, sums[p].w);
      sums[p].x = fmaf(in.y, second.x, sums[p].x);
      sums[p].y = fmaf(in.y, second.y, sums[p].y);
      sums[p].z = fmaf(in.y, second.z, sums[p].z);
      sums[p].w = fmaf(in.y, second.w, sums[p].w);
      sums[p].x = fmaf(in.z, third.x, sums[p].x);
      sums[p].y = fmaf(in.z, third.y, sums[p].y);
      sums[p].z = fmaf(in.z, third.z, sums[p].z);
      sums[p].w = fmaf(in.z, third.w, sums[p].w);
      sums[p].x = fmaf(in.w, fourth.x, sums[p].x);
      sums[p].y = fmaf(in.w, fourth.y, sums[p].y);
      sums[p].z = fmaf(in.w, fourth.z, sums[p].z);
      sums[p].w = fmaf(in.w, fourth.w, sums[p].w);
    }
  }
  int4 to = __ldg((const int4*)(channels + slot));
  // Slots of one group mostly are channels side by side.
  bool together = sideBySide(to);
#pragma unroll
  for (int p = 0; p < 4; p++) {
    if (first + p >= pixels) {
      return;
    }
    size_t place = (size_t)(first + p) * outChannels;
    float4 sum = sums[p];
    if (flags & RESIDUAL) {
      if (together) {
        float4 more = quad(residual + place + to.x);
        sum = make_float4(sum.x + more.x, sum.y + more.y, sum.z + more.z, sum.w + more.w);
      } else {
        sum.x += to.x >= 0 ? residual[place + to.x] : 0.0f;
        sum.y += to.y >= 0 ? residual[place + to.y] : 0.0f;
        sum.z += to.z >= 0 ? residual[place + to.z] : 0.0f;
        sum.w += to.w >= 0 ? residual[place + to.w] : 0.0f;
      }
    }
    float floor = lowest(flags);
    sum = make_float4(
        larger(sum.x, floor), larger(sum.y, floor), larger(sum.z, floor), larger(sum.w, floor));
    if (together) {
      putQuad(output + place + to.x, sum);
    } else {
      if (to.x >= 0) output[place + to.x] = sum.x;
      if (to.y >= 0) output[place + to.y] = sum.y;
      if (to.z >= 0) output[place + to.z] = sum.z;
      if (to.w >= 0) output[place + to.w] = sum.w;
    }
  }
}

// ---- layers without weights: a thread makes one quad of one pixel ----

// Images as they come, fp32 NCHW, to maps whose channels are in their own order.
template <typename T>
__device__ __forceinline__ void pack(
    const float* input, T* output, int images, int channels, int positions, int outChannels) {
  int quads = outChannels / 4;
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= images * positions * quads) {
    return;
  }
  // Threads side by side read positions side by side.
  int position = index % positions;
  int channel = index / positions % quads * 4;
  int image = index / positions / quads;
  const float* from = input + ((size_t)image * channels + channel) * positions + position;
  float values[4];
#pragma unroll
  for (int c = 0; c < 4; c++) {
    values[c] = channel + c < channels ? from[(size_t)c * positions] : 0.0f;
  }
  putQuad(
      output + ((size_t)image * positions + position) * outChannels + channel,
      make_float4(values[0], values[1], values[2], values[3]));
}

template <typename T>
__device__ __forceinline__ void maxPool(
    const T* input,
    T* output,
    int images,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int size,
    int stride,
    int padding) {
  int quads = channels / 4;
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= images * outHeight * outWidth * quads) {
    return;
  }
  int pixel = index / quads;
  int top = pixel / outWidth % outHeight * stride - padding;
  int left = pixel % outWidth * stride - padding;
  const T* from =
      input + (size_t)(pixel / outWidth / outHeight) * height * width * channels + index % quads * 4;
  float floor = lowest(0);
  float4 most = make_float4(floor, floor, floor, floor);
  for (int y = max(top, 0); y < min(top + size, height); y++) {
    for (int x = max(left, 0); x < min(left + size, width); x++) {
      float4 each = quad(from + (size_t)(y * width + x) * channels);
      most = make_float4(
          larger(most.x, each.x), larger(most.y, each.y), larger(most.z, each.z),
          larger(most.w, each.w));
    }
  }
  putQuad(output + (size_t)index * 4, most);
}

template <typename T>
__device__ __forceinline__ void averagePool(
    const T* input,
    T* output,
    int images,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int size) {
  int quads = channels / 4;
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= images * outHeight * outWidth * quads) {
    return;
  }
  int pixel = index / quads;
  int top = pixel / outWidth % outHeight * size;
  int left = pixel % outWidth * size;
  const T* from =
      input + (size_t)(pixel / outWidth / outHeight) * height * width * channels + index % quads * 4;
  float4 sum = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  for (int y = top; y < top + size; y++) {
    for (int x = left; x < left + size; x++) {
      float4 each = quad(from + (size_t)(y * width + x) * channels);
      sum = make_float4(sum.x + each.x, sum.y + each.y, sum.z + each.z, sum.w + each.w);
    }
  }
  float share = 1.0f / (float)(size * size);
  putQuad(
      output + (size_t)index * 4,
      make_float4(sum.x * share, sum.y * share, sum.z * share, sum.w * share));
}

// sources: by output channel the input channel, or -1 for one that is zero.
template <typename T>
__device__ __forceinline__ void subsample(
    const T* input,
    T* output,
    const int4* sources,
    int images,
    int height,
    int width,
    int channels,
    int outHeight,
    int outWidth,
    int outChannels,
    int stride) {
  int quads = outChannels / 4;
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= images * outHeight * outWidth * quads) {
    return;
  }
  int pixel = index / quads;
  int4 source = __ldg(sources + index % quads);
  int row = pixel / outWidth / outHeight * height + pixel / outWidth % outHeight * stride;
  const T* from = input + (size_t)(row * width + pixel % outWidth * stride) * channels;
  putQuad(
      output + (size_t)index * 4,
      make_float4(
          source.x >= 0 ? value(from + source.x) : 0.0f,
          source.y >= 0 ? value(from + source.y) : 0.0f,
          source.z >= 0 ? value(from + source.z) : 0.0f,
          source.w >= 0 ? value(from + source.w) : 0.0f));
}

// A warp makes four outputs of four images; its lanes share the inputs. Sums are fp32.
template <typename T>
__device__ __forceinline__ void fullyConnected(
    const T* input,
    float* output,
    const float* weights,
    const float* bias,
    int images,
    int inputs,
    int outputs,
    int flags) {
  int lane = threadIdx.x & 31;
  int warp = blockIdx.x * (blockDim.x >> 5) + (threadIdx.x >> 5);
  int outputGroups = (outputs + 3) / 4;
  int image = warp / outputGroups * 4;
  int first = warp % outputGroups * 4;
  if (image >= images) {
    return;
  }
  const T* from[4];
  const float* by[4];
  float sums[4][4];
#pragma unroll
  for (int i = 0; i < 4; i++) {
    from[i] = input + (size_t)min(image + i, images - 1) * inputs;
    by[i] = weights + (size_t)min(first + i, outputs - 1) * inputs;
#pragma unroll
    for (int o = 0; o < 4; o++) {
      sums[i][o] = 0.0f;
    }
  }
  for (int index = lane; index < inputs; index += 32) {
    float in[4];
    float weight[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      in[i] = value(from[i] + index);
      weight[i] = __ldg(by[i] + index);
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int o = 0; o < 4; o++) {
        sums[i][o] = fmaf(in[i], weight[o], sums[i][o]);
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int o = 0; o < 4; o++) {
      float sum = sums[i][o];
#pragma unroll
      for (int other = 16; other > 0; other >>= 1) {
        sum += __shfl_xor_sync(0xffffffff, sum, other);
      }
      if (lane == i * 4 + o && image + i < images && first + o < outputs) {
        sum += __ldg(bias + first + o);
        output[(size_t)(image + i) * outputs + first + o] = larger(sum, lowest(flags));
      }
    }
  }
}

#define MAPS(NAME, T)                                                                           \
  extern "C" __global__ void __launch_bounds__(256) pack_##NAME(                                \
      const float* input, T* output, int images, int channels, int positions, int outChannels) { \
    pack<T>(input, output, images, channels, positions, outChannels);                           \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(256) max_pool_##NAME(                            \
      const T* input, T* output, int images, int height, int width, int channels,               \
      int outHeight, int outWidth, int size, int stride, int padding) {                         \
    maxPool<T>(input, output, images, height, width, channels, outHeight, outWidth, size,       \
               stride, padding);                                                                \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(256) average_pool_##NAME(                        \
      const T* input, T* output, int images, int height, int width, int channels,               \
      int outHeight, int outWidth, int size) {                                                  \
    averagePool<T>(input, output, images, height, width, channels, outHeight, outWidth, size);  \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(256) subsample_##NAME(                           \
      const T* input, T* output, const int4* sources, int images, int height, int width,        \
      int channels, int outHeight, int outWidth, int outChannels, int stride) {                 \
    subsample<T>(input, output, sources, images, height, width, channels, outHeight, outWidth,  \
                 outChannels, stride);                                                          \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(128) fully_connected_##NAME(                     \
      const T* input, float* output, const float* weights, const float* bias, int images,       \
      int inputs, int outputs, int flags) {                                                     \
    fullyConnected<T>(input, output, weights, bias, images, inputs, outputs, flags);            \
  }

MAPS(f32, float)
MAPS(f16, u16)
