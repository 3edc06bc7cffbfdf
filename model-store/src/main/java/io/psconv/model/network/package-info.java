/** ResNet18, VGG16 and the others as layer descriptions; parameter and MAC counts. */
@NullMarked
package io.psconv.model.network;

import org.jspecify.annotations.NullMarked;
