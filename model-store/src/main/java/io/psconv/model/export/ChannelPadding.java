package io.psconv.model.export;

import io.psconv.model.network.Network;
import io.psconv.model.network.PaddedSubsampleLayer;

/** Channels of zeros that a shortcut without weights puts before and behind those it reads. */
public record ChannelPadding(int front, int back) {
    /** What a layer of the network adds. */
    public static ChannelPadding of(PaddedSubsampleLayer layer, Network network) {
        int added = layer.channels() - network.shapes().of(layer.input()).channels();
        return new ChannelPadding(added / 2, added - added / 2);
    }
}
