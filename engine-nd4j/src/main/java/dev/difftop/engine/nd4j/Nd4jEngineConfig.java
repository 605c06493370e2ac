package dev.difftop.engine.nd4j;

/** Settings of the engine: there are none yet. */
record Nd4jEngineConfig() {}
