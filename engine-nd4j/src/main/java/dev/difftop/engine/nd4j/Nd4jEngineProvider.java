package dev.difftop.engine.nd4j;

import dev.difftop.api.EngineProvider;
import dev.difftop.api.program.Engine;

/** Offers the engine on ND4J's memory under the name {@code nd4j}. */
public final class Nd4jEngineProvider implements EngineProvider<Nd4jEngineConfig> {
  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public String summary() {
    return "compiles programs to steps on ND4J memory: oneDNN or OpenBLAS products, fused elementwise loops";
  }

  @Override
  public Class<Nd4jEngineConfig> configType() {
    return Nd4jEngineConfig.class;
  }

  @Override
  public Class<? extends Engine> implementation() {
    return Nd4jEngine.class;
  }
}
