/**
 * How rooms put what they have into Netty's pipelines. In: each connection, when it is accepted. Out: the connection, handed
 * to everybody who has something to add. Called by Micronaut's server; rooms that look at bytes or requests before the
 * framework does extend what is here.
 */
@NullMarked
package io.distomon.node.pipeline;

import org.jspecify.annotations.NullMarked;
