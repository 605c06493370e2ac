/** Groups of primitives that run as one loop over tiles. */
package dev.difftop.engine.nd4j.fusion;
