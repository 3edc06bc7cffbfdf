package io.psconv.bench.onednn;

import org.bytedeco.dnnl.memory;

/** How feature maps lie in memory. */
public enum OneDnnLayout {
    /** As oneDNN prefers for each layer. */
    ANY("any", memory.format_tag.any),
    /** Channels next to each other. */
    NHWC("nhwc", memory.format_tag.nhwc),
    /** Blocks of sixteen channels; images of fewer channels as they come. */
    BLOCKED("nChw16c", memory.format_tag.nChw16c);

    private static final int BLOCK = 16;

    private final String label;
    private final memory.format_tag tag;

    OneDnnLayout(String label, memory.format_tag tag) {
        this.label = label;
        this.tag = tag;
    }

    /** For tables, for example {@code nhwc}. */
    public String label() {
        return label;
    }

    memory.format_tag tag(int channels) {
        return this == BLOCKED && channels < BLOCK ? memory.format_tag.nchw : tag;
    }
}
