/** From a rewritten program to memory, workers and a plan that runs. */
package dev.difftop.engine.nd4j.plan;
