package io.psconv.operator.classify;

import io.psconv.operator.record.FrameEnergy;
import io.psconv.operator.record.FrameTiming;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MicroBatcher} says of a frame.
 *
 * @param answer what the model says
 * @param timing where the frame's time went
 * @param energy what the frame is charged with, or null where nothing is known
 */
public record ClassifiedFrame(Answer answer, FrameTiming timing, @Nullable FrameEnergy energy) {}
