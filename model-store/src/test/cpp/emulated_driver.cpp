// A CUDA driver without a device, behind the symbols of libcuda.so.1: what the Java form of it in
// EmulatedDriver cannot see, the way of each argument through JNA, it does.
//
//   g++ -std=c++17 -O3 -shared -fPIC -o libcuda.so.1 emulated_driver.cpp
//
// With -I and the include folder of a CUDA toolkit every function is held to its prototype in
// cuda.h. It is as lazy as a device may be: what a stream is asked for happens when somebody waits
// for it. A synchronous copy from pageable memory has not arrived when it returns, only when its
// stream, the default one, is waited for, as NVIDIA's "API synchronization behavior" allows. What
// breaks a rule is said on standard error and refused. Kernels are taken by name, their parameters
// as the loaded PTX declares them, and computed plainly from the tables that they walk; how the PTX
// itself computes is PtxMachine's matter.

#if __has_include(<cuda.h>)
#include <cuda.h>
#undef cuEventElapsedTime
#else
typedef int CUresult, CUdevice, CUdevice_attribute, CUjit_option, CUfunction_attribute,
    CUstreamCaptureMode;
typedef unsigned long long CUdeviceptr, cuuint64_t;
typedef struct CUctx_st* CUcontext;
typedef struct CUmod_st* CUmodule;
typedef struct CUfunc_st* CUfunction;
typedef struct CUstream_st* CUstream;
typedef struct CUevent_st* CUevent;
typedef struct CUgraph_st* CUgraph;
typedef struct CUgraphExec_st* CUgraphExec;
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default"))) CUresult

namespace {

enum Code {
  OK = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  INVALID_HANDLE = 400,
  ILLEGAL_STATE = 401,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  STREAM_CAPTURE_UNSUPPORTED = 900,
  STREAM_CAPTURE_WRONG_THREAD = 908
};

const int DEVICES = 1;
const size_t DEVICE_BYTES = size_t(4) << 30;
const int PLAIN_SHARED_BYTES = 48 << 10;
const int MOST_SHARED_BYTES = 99 << 10;

typedef std::function<void()> Work;

struct Kind {
  std::string name;
  explicit Kind(const char* name) : name(name) {}
  virtual ~Kind() {}
};

struct Module : Kind {
  std::string ptx;
  explicit Module(std::string ptx) : Kind("module"), ptx(std::move(ptx)) {}
};

struct Function : Kind {
  std::string kernel;
  std::vector<int> parameterBytes;
  int shared = PLAIN_SHARED_BYTES;
  Function() : Kind("function") {}
};

struct Graph : Kind {
  std::vector<Work> work;
  std::thread::id thread = std::this_thread::get_id();
  Graph() : Kind("graph") {}
};

struct Executable : Kind {
  std::vector<Work> work;
  Executable() : Kind("executable") {}
};

struct Stream : Kind {
  std::deque<Work> pending;
  uint64_t asked = 0, done = 0;
  Graph* recording = nullptr;
  Stream() : Kind("stream") {}

  void ask(Work work) {
    if (recording) {
      recording->work.push_back(std::move(work));
    } else {
      pending.push_back(std::move(work));
      asked++;
    }
  }

  void reach(uint64_t mark) {
    while (done < mark) {
      Work next = std::move(pending.front());
      pending.pop_front();
      done++;
      next();
    }
  }
};

struct Event : Kind {
  Stream* stream = nullptr;
  uint64_t mark = 0;
  bool reached = false;
  std::chrono::steady_clock::time_point at;
  Event() : Kind("event") {}
};

std::mutex lock;
bool started = false;
int lost = OK;
int retained = 0;
std::set<Kind*> open_;
std::map<CUdeviceptr, size_t> memory;
std::map<uintptr_t, size_t> pinned;
size_t allocated = 0;
Stream defaultStream;
char context;
thread_local std::vector<CUcontext> current;
const bool tracing = std::getenv("EMULATED_CUDA_TRACE") != nullptr;
long long violations = 0;

CUresult as(int code) { return (CUresult)code; }

int refused(int code, const char* function, const std::string& why) {
  violations++;
  std::fprintf(stderr, "emulated driver: %s refused with %d: %s\n", function, code, why.c_str());
  return code;
}

int begin(const char* function) {
  if (tracing) std::fprintf(stderr, "emulated driver: %s\n", function);
  if (!started) return refused(NOT_INITIALIZED, function, "cuInit was not called");
  return lost;
}

bool recordingHere() {
  for (Kind* each : open_) {
    Stream* stream = dynamic_cast<Stream*>(each);
    if (stream && stream->recording && stream->recording->thread == std::this_thread::get_id()) {
      return true;
    }
  }
  return false;
}

int inContext(const char* function, bool recordable = false) {
  int code = begin(function);
  if (code != OK) return code;
  if (current.empty()) return refused(INVALID_CONTEXT, function, "the thread entered no context");
  if (!recordable && recordingHere()) {
    return refused(STREAM_CAPTURE_UNSUPPORTED, function, "the thread records");
  }
  return OK;
}

template <typename T>
T* of(const void* handle, const char* function, int& code) {
  auto found = open_.find((Kind*)handle);
  T* kind = found == open_.end() ? nullptr : dynamic_cast<T*>(*found);
  if (!kind && code == OK) code = refused(INVALID_HANDLE, function, "a handle is closed or another's");
  return kind;
}

template <typename T>
CUresult closed(const void* handle, const char* function, int code) {
  T* kind = of<T>(handle, function, code);
  if (kind && code == OK) {
    open_.erase(kind);
    delete kind;
  }
  return as(code);
}

template <typename H>
H made(Kind* kind) {
  open_.insert(kind);
  return (H)kind;
}

bool within(const std::map<CUdeviceptr, size_t>& all, CUdeviceptr address, size_t bytes) {
  auto next = all.upper_bound(address);
  if (next == all.begin()) return false;
  --next;
  return address + bytes <= next->first + next->second;
}

bool isPinned(const void* address, size_t bytes) {
  auto next = pinned.upper_bound((uintptr_t)address);
  if (next == pinned.begin()) return false;
  --next;
  return (uintptr_t)address + bytes <= next->first + next->second;
}

void drain() {
  defaultStream.reach(defaultStream.asked);
  for (Kind* each : std::vector<Kind*>(open_.begin(), open_.end())) {
    if (Stream* stream = dynamic_cast<Stream*>(each)) stream->reach(stream->asked);
  }
}

void breakDevice(const std::string& why) {
  if (lost == OK) lost = refused(ILLEGAL_ADDRESS, "the device", why);
}

// ---- kernels ----

struct Launch {
  std::string kernel;
  unsigned gridX, gridY, blockX, sharedBytes;
  std::vector<uint64_t> values;
};

template <typename T>
T* device(const Launch& launch, int parameter, size_t count) {
  CUdeviceptr address = launch.values[parameter];
  if (address % sizeof(T) || !within(memory, address, count * sizeof(T))) {
    breakDevice(launch.kernel + " parameter " + std::to_string(parameter) + " does not hold "
        + std::to_string(count) + " values of " + std::to_string(sizeof(T)) + " bytes");
    return nullptr;
  }
  return (T*)address;
}

int number(const Launch& launch, int parameter) { return (int)launch.values[parameter]; }

float larger(float a, float b) { return a >= b || a != a ? a : b; }

struct Pair {
  uint32_t x, y;
};

struct Tile {
  int x, y, z, w;
};

const int RELU = 1;
const int RESIDUAL = 2;

// Tables of a convolution and what the kernel's first 17 parameters say.
struct Convolution {
  int images, height, width, channels, outHeight, outWidth, outChannels, kernel, stride;

  explicit Convolution(const Launch& l)
      : images(number(l, 8)), height(number(l, 9)), width(number(l, 10)), channels(number(l, 11)),
        outHeight(number(l, 12)), outWidth(number(l, 13)), outChannels(number(l, 14)),
        kernel(number(l, 15)), stride(number(l, 16)) {}

  int pixels() const { return images * outHeight * outWidth; }
  size_t inputs() const { return (size_t)images * height * width * channels; }
  size_t outputs() const { return (size_t)pixels() * outChannels; }
};

struct Entry {
  int pixels, channel;
  uint32_t inside;
};

// A tile as it is computed: rows of weights by entry and channel. Slots are as many as there is a
// loop for; those too many have no channel.
struct Plain {
  int slots;
  std::vector<Entry> entries;
  std::vector<float> weights, bias;
  std::vector<int> channels;
};

template <typename T, int SLOTS>
void tile(const Convolution& c, const std::vector<float>& input, T* output, const T* residual,
    const Plain& plain, int flags) {
  const int TOGETHER = 4;
  static const float nothing[4] = {0, 0, 0, 0};
  for (int first = 0; first < c.pixels(); first += TOGETHER) {
    int count = std::min(TOGETHER, c.pixels() - first);
    float sums[TOGETHER][SLOTS];
    long corners[TOGETHER];
    uint32_t inside[TOGETHER];
    for (int p = 0; p < TOGETHER; p++) {
      int pixel = std::min(first + p, c.pixels() - 1);
      int x = pixel % c.outWidth * c.stride - c.kernel / 2;
      int y = pixel / c.outWidth % c.outHeight * c.stride - c.kernel / 2;
      int image = pixel / c.outWidth / c.outHeight;
      corners[p] = ((long)image * c.height + y) * c.width + x;
      inside[p] = 0;
      for (int at = 0; at < c.kernel; at++) {
        if (y + at >= 0 && y + at < c.height) inside[p] |= 1u << at;
        if (x + at >= 0 && x + at < c.width) inside[p] |= 1u << (16 + at);
      }
      for (int s = 0; s < SLOTS; s++) sums[p][s] = plain.bias[s];
    }
    for (size_t e = 0; e < plain.entries.size(); e++) {
      const Entry& entry = plain.entries[e];
      const float* rows = plain.weights.data() + e * 4 * SLOTS;
      for (int p = 0; p < TOGETHER; p++) {
        const float* in = (entry.inside & ~inside[p]) == 0
            ? input.data() + (corners[p] + entry.pixels) * c.channels + entry.channel
            : nothing;
        for (int channel = 0; channel < 4; channel++) {
          for (int s = 0; s < SLOTS; s++) sums[p][s] += in[channel] * rows[channel * SLOTS + s];
        }
      }
    }
    for (int p = 0; p < count; p++) {
      size_t place = (size_t)(first + p) * c.outChannels;
      for (int s = 0; s < SLOTS; s++) {
        if (plain.channels[s] < 0) continue;
        size_t at = place + plain.channels[s];
        float sum = sums[p][s] + (flags & RESIDUAL ? (float)residual[at] : 0.0f);
        output[at] = (T)(flags & RELU ? larger(sum, 0.0f) : sum);
      }
    }
  }
}

// How many values the tables' last tile needs of each.
struct Needed {
  size_t reads = 0, weights = 0, slots = 0;
};

// By weights, which change with uploads only.
std::map<const void*, std::vector<Plain>> plainTiles;

// Where a layer's tables lie, and how they are to be read.
template <typename T>
struct Tables {
  const Pair* reads;
  const Tile* tiles;
  const T* weights;
  const float* bias;
  const int* channels;
  int count, slots, pixelUnits;
  bool half;

  // In half precision: by step, pair of fragments, lane and fragment; four channels.
  size_t weight(const Tile& tile, int entry, int channel, int slot) const {
    if (!half) return ((size_t)tile.z + ((size_t)entry * 4 + channel) * (slots / 4)) * 4 + slot;
    if (slots == 8) return ((size_t)tile.z + entry / 4 * 32 + slot * 4 + entry % 4) * 4 + channel;
    int fragment = slot / 16 * 2 + slot % 4 / 2;
    int lane = (slot % 16 / 4 * 2 + slot % 2) * 4 + entry % 4;
    size_t pair = (size_t)(entry / 4) * (slots / 16) + fragment / 2;
    return ((size_t)tile.z + pair * 64 + lane * 2 + fragment % 2) * 4 + channel;
  }

  Plain plain(const Tile& tile) const {
    Plain made;
    made.slots = slots <= 8 ? 8 : slots <= 16 ? 16 : slots <= 32 ? 32 : 64;
    for (int slot = 0; slot < made.slots; slot++) {
      made.bias.push_back(slot < slots ? bias[tile.w + slot] : 0.0f);
      made.channels.push_back(slot < slots ? channels[tile.w + slot] : -1);
    }
    for (int entry = 0; entry < (half ? tile.y * 4 : tile.y); entry++) {
      Pair read = reads[tile.x + entry];
      if (read.y == ~0u) continue;
      int unit = half ? (int)sizeof(T) : 1;
      made.entries.push_back({(int)read.x / pixelUnits, (int)read.x % pixelUnits / unit, read.y});
      for (int channel = 0; channel < 4; channel++) {
        for (int slot = 0; slot < made.slots; slot++) {
          made.weights.push_back(
              slot < slots ? (float)weights[weight(tile, entry, channel, slot)] : 0.0f);
        }
      }
    }
    return made;
  }
};

template <typename T>
void convolve(const Launch& l, int tiles, int tileSlots, bool half, int pixelUnits, int flags) {
  Convolution c(l);
  const T* input = device<const T>(l, 0, c.inputs());
  T* output = device<T>(l, 1, c.outputs());
  const T* residual = device<const T>(l, 2, c.outputs());
  const Tile* all = device<const Tile>(l, 4, tiles);
  if (!input || !output || !residual || !all) return;
  Needed needed;
  for (int t = 0; t < tiles; t++) {
    int entries = half ? all[t].y * 4 : all[t].y;
    needed.reads = std::max(needed.reads, (size_t)all[t].x + entries);
    needed.weights = std::max(needed.weights, (size_t)all[t].z * 4 + (size_t)entries * 4 * tileSlots);
    needed.slots = std::max(needed.slots, (size_t)all[t].w + tileSlots);
  }
  const Pair* reads = device<const Pair>(l, 3, needed.reads);
  const T* weights = device<const T>(l, 5, needed.weights);
  const float* bias = device<const float>(l, 6, needed.slots);
  const int* channels = device<const int>(l, 7, needed.slots);
  if (!reads || !weights || !bias || !channels) return;
  std::vector<float> wide(input, input + c.inputs());
  std::vector<Plain>& known = plainTiles[weights];
  if (known.empty()) {
    Tables<T> tables = {
        reads, all, weights, bias, channels, tiles, tileSlots, pixelUnits, half};
    for (int t = 0; t < tiles; t++) known.push_back(tables.plain(all[t]));
  }
  for (const Plain& each : known) {
    switch (each.slots) {
      case 8: tile<T, 8>(c, wide, output, residual, each, flags); break;
      case 16: tile<T, 16>(c, wide, output, residual, each, flags); break;
      case 32: tile<T, 32>(c, wide, output, residual, each, flags); break;
      default: tile<T, 64>(c, wide, output, residual, each, flags);
    }
  }
}

template <typename T>
void pool(const Launch& l, bool most) {
  int images = number(l, 2), height = number(l, 3), width = number(l, 4), channels = number(l, 5);
  int outHeight = number(l, 6), outWidth = number(l, 7), size = number(l, 8);
  int stride = most ? number(l, 9) : size, padding = most ? number(l, 10) : 0;
  const T* input = device<const T>(l, 0, (size_t)images * height * width * channels);
  T* output = device<T>(l, 1, (size_t)images * outHeight * outWidth * channels);
  if (!input || !output) return;
  for (int image = 0; image < images; image++) {
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        for (int channel = 0; channel < channels; channel++) {
          float all = most ? -INFINITY : 0.0f;
          for (int at = 0; at < size * size; at++) {
            int row = y * stride - padding + at / size, column = x * stride - padding + at % size;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            float each = (float)
                input[(((size_t)image * height + row) * width + column) * channels + channel];
            all = most ? larger(all, each) : all + each;
          }
          output[(((size_t)image * outHeight + y) * outWidth + x) * channels + channel] =
              (T)(most ? all : all / (float)(size * size));
        }
      }
    }
  }
}

template <typename T>
void pack(const Launch& l) {
  int images = number(l, 2), channels = number(l, 3), positions = number(l, 4);
  int outChannels = number(l, 5);
  const float* input = device<const float>(l, 0, (size_t)images * channels * positions);
  T* output = device<T>(l, 1, (size_t)images * outChannels * positions);
  if (!input || !output) return;
  for (int image = 0; image < images; image++) {
    for (int position = 0; position < positions; position++) {
      for (int channel = 0; channel < outChannels; channel++) {
        output[((size_t)image * positions + position) * outChannels + channel] = channel < channels
            ? (T)input[((size_t)image * channels + channel) * positions + position]
            : (T)0.0f;
      }
    }
  }
}

template <typename T>
void subsample(const Launch& l) {
  int images = number(l, 3), height = number(l, 4), width = number(l, 5), channels = number(l, 6);
  int outHeight = number(l, 7), outWidth = number(l, 8), outChannels = number(l, 9);
  int stride = number(l, 10);
  const T* input = device<const T>(l, 0, (size_t)images * height * width * channels);
  T* output = device<T>(l, 1, (size_t)images * outHeight * outWidth * outChannels);
  const int* sources = device<const int>(l, 2, outChannels);
  if (!input || !output || !sources) return;
  for (int pixel = 0; pixel < images * outHeight * outWidth; pixel++) {
    int image = pixel / outWidth / outHeight;
    int row = pixel / outWidth % outHeight * stride, column = pixel % outWidth * stride;
    for (int channel = 0; channel < outChannels; channel++) {
      output[(size_t)pixel * outChannels + channel] = sources[channel] < 0
          ? (T)0.0f
          : input[(((size_t)image * height + row) * width + column) * channels + sources[channel]];
    }
  }
}

template <typename T>
void connect(const Launch& l) {
  int images = number(l, 4), inputs = number(l, 5), outputs = number(l, 6), flags = number(l, 7);
  const T* input = device<const T>(l, 0, (size_t)images * inputs);
  float* output = device<float>(l, 1, (size_t)images * outputs);
  const float* weights = device<const float>(l, 2, (size_t)inputs * outputs);
  const float* bias = device<const float>(l, 3, outputs);
  if (!input || !output || !weights || !bias) return;
  for (int image = 0; image < images; image++) {
    for (int o = 0; o < outputs; o++) {
      float sum = 0;
      for (int i = 0; i < inputs; i++) {
        sum += (float)input[(size_t)image * inputs + i] * weights[(size_t)o * inputs + i];
      }
      sum += bias[o];
      output[(size_t)image * outputs + o] = flags & RELU ? larger(sum, 0.0f) : sum;
    }
  }
}

bool covers(const Launch& l, long items, long each) {
  if ((long)l.gridX * each >= items) return true;
  breakDevice(l.kernel + " has " + std::to_string(l.gridX) + " blocks of "
      + std::to_string(each) + " for " + std::to_string(items));
  return false;
}

template <typename T>
void runPlain(const Launch& l, const std::string& kind) {
  if (kind == "pack") pack<T>(l);
  else if (kind == "max_pool") pool<T>(l, true);
  else if (kind == "average_pool") pool<T>(l, false);
  else if (kind == "subsample") subsample<T>(l);
  else if (kind == "fully_connected") connect<T>(l);
  else breakDevice("no kernel " + l.kernel);
}

void run(const Launch& l) {
  if (lost != OK) return;
  int rows, fragments;
  if (std::sscanf(l.kernel.c_str(), "convolution_f16_m%d_n%d", &rows, &fragments) == 2) {
    Convolution c(l);
    int across = number(l, 19), warps = (int)l.blockX / 32;
    if (l.blockX % 32 || warps % across || !covers(l, c.pixels(), 16L * rows * across)) {
      breakDevice(l.kernel + " has a block of " + std::to_string(l.blockX));
      return;
    }
    convolve<_Float16>(l, number(l, 18), fragments * 8, true, number(l, 17), number(l, 22));
  } else if (l.kernel == "convolution_f32") {
    Convolution c(l);
    int tileQuads = number(l, 17);
    if (covers(l, c.pixels(), 4L * (l.blockX / tileQuads))) {
      convolve<float>(l, (int)l.gridY, tileQuads * 4, false, c.channels, number(l, 18));
    }
  } else {
    size_t end = l.kernel.rfind('_');
    std::string kind = l.kernel.substr(0, end);
    if (l.kernel.substr(end) == "_f16") {
      runPlain<_Float16>(l, kind);
    } else {
      runPlain<float>(l, kind);
    }
  }
}

// Sizes of a kernel's parameters by its declaration; empty if there is none.
std::vector<int> parameters(const std::string& ptx, const std::string& kernel) {
  std::vector<int> sizes;
  size_t start = ptx.find(".entry " + kernel + "(");
  if (start == std::string::npos) return sizes;
  size_t end = ptx.find(")", start);
  for (size_t at = ptx.find(".param .", start); at < end; at = ptx.find(".param .", at + 1)) {
    std::string type = ptx.substr(at + 8, 3);
    sizes.push_back(type == "u64" || type == "b64" ? 8 : 4);
  }
  return sizes;
}

}  // namespace

// ---- the driver's functions ----

EXPORT cuInit(unsigned int flags) {
  std::lock_guard<std::mutex> held(lock);
  if (flags != 0) return as(refused(INVALID_VALUE, __func__, "flags must be 0"));
  started = true;
  return as(OK);
}

EXPORT cuDriverGetVersion(int* version) {
  *version = 13000;
  return as(OK);
}

EXPORT cuDeviceGetCount(int* count) {
  std::lock_guard<std::mutex> held(lock);
  *count = DEVICES;
  return as(begin(__func__));
}

EXPORT cuDeviceGet(CUdevice* device, int ordinal) {
  std::lock_guard<std::mutex> held(lock);
  int code = begin(__func__);
  if (code == OK && (ordinal < 0 || ordinal >= DEVICES)) code = INVALID_DEVICE;
  if (code == OK) *device = 40 + ordinal;
  return as(code);
}

static int knownDevice(const char* function, CUdevice device) {
  int code = begin(function);
  return code == OK && (device < 40 || device >= 40 + DEVICES)
      ? refused(INVALID_DEVICE, function, "no device " + std::to_string(device))
      : code;
}

EXPORT cuDeviceGetName(char* name, int length, CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  int code = knownDevice(__func__, device);
  if (code == OK) std::snprintf(name, length, "Emulated in C++");
  return as(code);
}

EXPORT cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  int code = knownDevice(__func__, device);
  if (code == OK && length < 13) code = refused(INVALID_VALUE, __func__, "length");
  if (code == OK) std::snprintf(id, length, "0000:1B:00.0");
  return as(code);
}

EXPORT cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  int code = knownDevice(__func__, device);
  if (code != OK) return as(code);
  static const std::map<int, int> values = {{16, 132}, {36, 2619000}, {37, 5120}, {75, 9}, {76, 0}};
  auto found = values.find((int)attribute);
  if (found == values.end()) {
    return as(refused(INVALID_VALUE, __func__, "attribute " + std::to_string((int)attribute)));
  }
  *value = found->second;
  return as(OK);
}

EXPORT cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  *bytes = DEVICE_BYTES;
  return as(knownDevice(__func__, device));
}

EXPORT cuDevicePrimaryCtxRetain(CUcontext* made, CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  int code = knownDevice(__func__, device);
  if (code == OK) {
    retained++;
    *made = (CUcontext)&context;
  }
  return as(code);
}

EXPORT cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  std::lock_guard<std::mutex> held(lock);
  int code = knownDevice(__func__, device);
  if (code == OK && retained == 0) code = refused(INVALID_CONTEXT, __func__, "nobody retains it");
  if (code == OK) {
    retained--;
    if (retained == 0 && (!open_.empty() || !memory.empty() || !pinned.empty())) {
      refused(OK, __func__, "something was left open");
    }
  }
  return as(code);
}

EXPORT cuCtxPushCurrent_v2(CUcontext entered) {
  std::lock_guard<std::mutex> held(lock);
  int code = begin(__func__);
  if (code == OK && (entered != (CUcontext)&context || retained == 0)) {
    code = refused(INVALID_CONTEXT, __func__, "no such context");
  }
  if (code == OK) current.push_back(entered);
  return as(code);
}

EXPORT cuCtxPopCurrent_v2(CUcontext* left) {
  std::lock_guard<std::mutex> held(lock);
  int code = begin(__func__);
  if (code == OK && current.empty()) code = refused(INVALID_CONTEXT, __func__, "none entered");
  if (code == OK) {
    *left = current.back();
    current.pop_back();
  }
  return as(code);
}

EXPORT cuMemGetInfo_v2(size_t* free, size_t* total) {
  std::lock_guard<std::mutex> held(lock);
  *free = DEVICE_BYTES - allocated;
  *total = DEVICE_BYTES;
  return as(inContext(__func__));
}

EXPORT cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  if (bytes == 0) return as(refused(INVALID_VALUE, __func__, "no bytes"));
  if (allocated + bytes > DEVICE_BYTES) return as(OUT_OF_MEMORY);
  void* made = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  if (!made) return as(OUT_OF_MEMORY);
  // What memory holds at first is anything.
  std::memset(made, 0xff, bytes);
  *address = (CUdeviceptr)made;
  memory[*address] = bytes;
  allocated += bytes;
  return as(OK);
}

EXPORT cuMemFree_v2(CUdeviceptr address) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  drain();
  auto found = memory.find(address);
  if (found == memory.end()) return as(refused(INVALID_VALUE, __func__, "not allocated"));
  allocated -= found->second;
  memory.erase(found);
  plainTiles.clear();
  std::free((void*)address);
  return as(lost);
}

EXPORT cuMemHostAlloc(void** address, size_t bytes, unsigned int flags) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  if (bytes == 0 || flags > 7) return as(refused(INVALID_VALUE, __func__, "bytes or flags"));
  *address = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (!*address) return as(OUT_OF_MEMORY);
  std::memset(*address, 0xff, bytes);
  pinned[(uintptr_t)*address] = bytes;
  return as(OK);
}

EXPORT cuMemFreeHost(void* address) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  drain();
  if (pinned.erase((uintptr_t)address) == 0) {
    return as(refused(INVALID_VALUE, __func__, "not pinned here"));
  }
  std::free(address);
  return as(lost);
}

static void put(CUdeviceptr to, const void* from, size_t bytes) {
  if (!within(memory, to, bytes)) {
    breakDevice("a copy ends behind its memory");
  } else if (lost == OK) {
    std::memcpy((void*)to, from, bytes);
  }
}

EXPORT cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  if (!within(memory, to, bytes)) return as(refused(INVALID_VALUE, __func__, "not allocated"));
  if (isPinned(from, bytes)) {
    plainTiles.clear();
    defaultStream.reach(defaultStream.asked);
    put(to, from, bytes);
  } else {
    plainTiles.clear();
    auto staged = std::make_shared<std::string>((const char*)from, bytes);
    defaultStream.ask([=] { put(to, staged->data(), staged->size()); });
  }
  return as(lost);
}

static int onStream(CUstream stream, const char* function, Stream** found) {
  int code = inContext(function, true);
  if (code == OK && stream == nullptr) {
    *found = &defaultStream;
    return OK;
  }
  *found = of<Stream>(stream, function, code);
  if (code == OK && (*found)->recording
      && (*found)->recording->thread != std::this_thread::get_id()) {
    code = refused(STREAM_CAPTURE_WRONG_THREAD, function, "another thread records");
  }
  return code;
}

EXPORT cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  if (code == OK && (!within(memory, to, bytes) || !isPinned(from, bytes))) {
    code = refused(INVALID_VALUE, __func__, "not allocated or not pinned");
  }
  if (code == OK) asked->ask([=] { put(to, from, bytes); });
  return as(code);
}

EXPORT cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  if (code == OK && (!within(memory, from, bytes) || !isPinned(to, bytes))) {
    code = refused(INVALID_VALUE, __func__, "not allocated or not pinned");
  }
  if (code == OK) {
    asked->ask([=] {
      if (!within(memory, from, bytes) || !isPinned(to, bytes)) {
        breakDevice("a copy to the host whose memory is gone");
      } else if (lost == OK) {
        std::memcpy(to, (const void*)from, bytes);
      }
    });
  }
  return as(code);
}

EXPORT cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned int count,
    CUjit_option* options, void** values) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code != OK) return as(code);
  char* log = nullptr;
  size_t room = 0;
  for (unsigned int option = 0; option < count; option++) {
    if ((int)options[option] == 5) log = (char*)values[option];
    else if ((int)options[option] == 6) room = (size_t)(unsigned int)(uintptr_t)values[option];
    else return as(refused(INVALID_VALUE, __func__, "option"));
  }
  std::string ptx = (const char*)image;
  if (ptx.find(".version ") == std::string::npos || ptx.find(".entry ") == std::string::npos) {
    if (log && room) std::snprintf(log, room, "emulated compiler: no entry in %zu characters", ptx.size());
    return as(INVALID_PTX);
  }
  *module = made<CUmodule>(new Module(ptx));
  return as(OK);
}

EXPORT cuModuleUnload(CUmodule module) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code == OK) {
    drain();
    for (Kind* each : std::vector<Kind*>(open_.begin(), open_.end())) {
      if (dynamic_cast<Function*>(each)) {
        open_.erase(each);
        delete each;
      }
    }
  }
  return closed<Module>(module, __func__, code);
}

EXPORT cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Module* of_ = of<Module>(module, __func__, code);
  if (code != OK) return as(code);
  std::vector<int> sizes = parameters(of_->ptx, name);
  if (sizes.empty()) return as(NOT_FOUND);
  Function* made_ = new Function();
  made_->kernel = name;
  made_->parameterBytes = sizes;
  *function = made<CUfunction>(made_);
  return as(OK);
}

EXPORT cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Function* found = of<Function>(function, __func__, code);
  if (code == OK && ((int)attribute != 8 || value < 0 || value > MOST_SHARED_BYTES)) {
    code = refused(INVALID_VALUE, __func__, "attribute or value");
  }
  if (code == OK) found->shared = value;
  return as(code);
}

EXPORT cuStreamCreate(CUstream* stream, unsigned int flags) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code == OK && flags > 1) code = refused(INVALID_VALUE, __func__, "flags");
  if (code == OK) *stream = made<CUstream>(new Stream());
  return as(code);
}

EXPORT cuStreamDestroy_v2(CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Stream* asked = of<Stream>(stream, __func__, code);
  if (code == OK) asked->reach(asked->asked);
  return closed<Stream>(stream, __func__, code);
}

EXPORT cuStreamSynchronize(CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Stream* asked = stream ? of<Stream>(stream, __func__, code) : &defaultStream;
  if (code != OK) return as(code);
  asked->reach(asked->asked);
  return as(lost);
}

EXPORT cuStreamWaitEvent(CUstream stream, CUevent event, unsigned int flags) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  Event* mark = of<Event>(event, __func__, code);
  if (code == OK && flags != 0) code = refused(INVALID_VALUE, __func__, "flags");
  if (code == OK && mark->stream) {
    Stream* other = mark->stream;
    uint64_t until = mark->mark;
    asked->ask([=] { other->reach(until); });
  }
  return as(code);
}

EXPORT cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Stream* asked = of<Stream>(stream, __func__, code);
  if (code == OK && ((int)mode < 0 || (int)mode > 2)) code = refused(INVALID_VALUE, __func__, "mode");
  if (code == OK && asked->recording) code = refused(ILLEGAL_STATE, __func__, "it records already");
  if (code == OK) asked->recording = new Graph();
  return as(code);
}

EXPORT cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  if (code == OK && !asked->recording) code = refused(ILLEGAL_STATE, __func__, "it records nothing");
  if (code == OK) {
    *graph = made<CUgraph>(asked->recording);
    asked->recording = nullptr;
  }
  return as(code);
}

EXPORT cuEventCreate(CUevent* event, unsigned int flags) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  if (code == OK && flags > 1) code = refused(INVALID_VALUE, __func__, "cannot be timed");
  if (code == OK) *event = made<CUevent>(new Event());
  return as(code);
}

EXPORT cuEventDestroy_v2(CUevent event) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Event* mark = of<Event>(event, __func__, code);
  // What is under way still sets it.
  if (code == OK && mark->stream && !mark->reached) mark->stream->reach(mark->mark);
  return closed<Event>(event, __func__, code);
}

EXPORT cuEventRecord(CUevent event, CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  Event* mark = of<Event>(event, __func__, code);
  if (code == OK && asked->recording) code = refused(INVALID_VALUE, __func__, "in a recording");
  if (code == OK) {
    mark->stream = asked;
    mark->reached = false;
    asked->ask([=] {
      mark->reached = true;
      mark->at = std::chrono::steady_clock::now();
    });
    mark->mark = asked->asked;
  }
  return as(code);
}

EXPORT cuEventSynchronize(CUevent event) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Event* mark = of<Event>(event, __func__, code);
  if (code != OK) return as(code);
  if (mark->stream) mark->stream->reach(mark->mark);
  return as(lost);
}

EXPORT cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Event* first = of<Event>(start, __func__, code);
  Event* second = of<Event>(end, __func__, code);
  if (code == OK && (!first->stream || !second->stream)) {
    code = refused(INVALID_HANDLE, __func__, "never recorded");
  }
  if (code == OK && (!first->reached || !second->reached)) code = NOT_READY;
  if (code == OK) {
    *milliseconds = std::chrono::duration<float, std::milli>(second->at - first->at).count();
  }
  return as(code);
}

EXPORT cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph, unsigned long long flags) {
  std::lock_guard<std::mutex> held(lock);
  int code = inContext(__func__);
  Graph* recorded = of<Graph>(graph, __func__, code);
  if (code == OK && flags != 0) code = refused(INVALID_VALUE, __func__, "flags");
  if (code == OK) {
    Executable* made_ = new Executable();
    made_->work = recorded->work;
    *executable = made<CUgraphExec>(made_);
  }
  return as(code);
}

EXPORT cuGraphDestroy(CUgraph graph) {
  std::lock_guard<std::mutex> held(lock);
  return closed<Graph>(graph, __func__, begin(__func__));
}

EXPORT cuGraphExecDestroy(CUgraphExec executable) {
  std::lock_guard<std::mutex> held(lock);
  return closed<Executable>(executable, __func__, begin(__func__));
}

EXPORT cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  Executable* recorded = of<Executable>(executable, __func__, code);
  if (code == OK && asked->recording) code = refused(INVALID_VALUE, __func__, "in a recording");
  if (code == OK) {
    for (const Work& work : recorded->work) asked->ask(work);
  }
  return as(code);
}

EXPORT cuLaunchKernel(CUfunction function, unsigned int gridX, unsigned int gridY,
    unsigned int gridZ, unsigned int blockX, unsigned int blockY, unsigned int blockZ,
    unsigned int sharedBytes, CUstream stream, void** parameters, void** extra) {
  std::lock_guard<std::mutex> held(lock);
  Stream* asked;
  int code = onStream(stream, __func__, &asked);
  Function* found = of<Function>(function, __func__, code);
  if (code != OK) return as(code);
  if (gridX == 0 || gridX > 0x7fffffff || gridY == 0 || gridY > 65535 || gridZ != 1 || blockX == 0
      || blockX > 1024 || blockY != 1 || blockZ != 1 || extra != nullptr) {
    return as(refused(INVALID_VALUE, __func__, "shape of " + found->kernel));
  }
  if (sharedBytes > (unsigned int)found->shared) {
    return as(refused(INVALID_VALUE, __func__, "shared memory of " + found->kernel));
  }
  Launch launch = {found->kernel, gridX, gridY, blockX, sharedBytes, {}};
  // Read now, as the driver does: the caller's memory is its own again afterwards.
  for (size_t index = 0; index < found->parameterBytes.size(); index++) {
    uint64_t value = 0;
    std::memcpy(&value, parameters[index], found->parameterBytes[index]);
    launch.values.push_back(value);
  }
  asked->ask([=] { run(launch); });
  return as(OK);
}

// ---- what tests ask ----

extern "C" __attribute__((visibility("default"))) long long emulatedViolations() {
  std::lock_guard<std::mutex> held(lock);
  return violations;
}

extern "C" __attribute__((visibility("default"))) long long emulatedOpen() {
  std::lock_guard<std::mutex> held(lock);
  return (long long)(open_.size() + memory.size() + pinned.size()) + retained;
}
