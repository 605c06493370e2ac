package dev.difftop.engine.nd4j;

import dev.difftop.api.EngineProvider;
import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;
import dev.difftop.testkit.EngineContract;

/** The engine keeps what every engine promises. */
class Nd4jEngineContractTest extends EngineContract<Nd4jEngineConfig> {
  @Override
  protected EngineProvider<Nd4jEngineConfig> provider() {
    return new Nd4jEngineProvider();
  }

  @Override
  protected Nd4jEngineConfig config() {
    return new Nd4jEngineConfig(false, ProductLibrary.AUTO, Precision.FLOAT32);
  }

  @Override
  protected double float64Tolerance() {
    return 1e-12;
  }
}
