/** What lies in {@code docker/}: images, compose files and manifests. */
@NullMarked
package io.psconv.tests.deployment;

import org.jspecify.annotations.NullMarked;
