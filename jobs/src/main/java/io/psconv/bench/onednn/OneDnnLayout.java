package io.psconv.bench.onednn;

import org.bytedeco.dnnl.memory;

/** How feature maps lie in memory. */
public enum OneDnnLayout {
    /** As oneDNN prefers for each layer. */
    ANY("any", memory.format_tag.any),
    /** Channels next to each other. */
    NHWC("nhwc", memory.format_tag.nhwc),
    /** Blocks of eight channels, a vector of AVX2; images of fewer channels as they come. */
    BLOCKED_8("nChw8c", memory.format_tag.nChw8c, 8),
    /** Blocks of sixteen channels, a vector of AVX-512; images of fewer channels as they come. */
    BLOCKED_16("nChw16c", memory.format_tag.nChw16c, 16);

    private final String label;
    private final memory.format_tag tag;
    private final int block;

    OneDnnLayout(String label, memory.format_tag tag) {
        this(label, tag, 1);
    }

    OneDnnLayout(String label, memory.format_tag tag, int block) {
        this.label = label;
        this.tag = tag;
        this.block = block;
    }

    /** For tables, for example {@code nhwc}. */
    public String label() {
        return label;
    }

    memory.format_tag tag(int channels) {
        return channels < block ? memory.format_tag.nchw : tag;
    }
}
