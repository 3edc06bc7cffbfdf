package io.psconv.operator.camera;

import java.io.Serializable;

/**
 * What is watched of each camera.
 *
 * @param smoothing how an answer is made of those to several frames
 * @param presence when a camera is silent, and when it is forgotten
 * @param order how frames out of order are put in order
 * @param stillness when a picture is frozen
 * @param confidence when a model is not as sure as it was
 */
public record CameraRules(
        AnswerSmoothing smoothing,
        PresenceRule presence,
        OrderRule order,
        StillnessRule stillness,
        ConfidenceRule confidence)
        implements Serializable {}
