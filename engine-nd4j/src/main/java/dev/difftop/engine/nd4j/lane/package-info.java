/** Arithmetic of fused loops in one number format. */
package dev.difftop.engine.nd4j.lane;
