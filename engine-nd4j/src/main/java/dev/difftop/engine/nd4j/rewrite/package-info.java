/**
 * Rewriting of programs before they become steps, bits of the results kept unless it says
 * otherwise.
 */
package dev.difftop.engine.nd4j.rewrite;
