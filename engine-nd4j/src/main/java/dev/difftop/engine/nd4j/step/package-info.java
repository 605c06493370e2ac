/**
 * What a plan does one after the other: a spec describes a step, the step runs it for one worker.
 */
package dev.difftop.engine.nd4j.step;
