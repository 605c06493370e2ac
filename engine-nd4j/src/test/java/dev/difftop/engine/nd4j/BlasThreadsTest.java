package dev.difftop.engine.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.engine.nd4j.product.Precision;
import dev.difftop.engine.nd4j.product.ProductLibrary;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Threads are the plan's business: BLAS has none of its own, which would also wait in loops. */
class BlasThreadsTest {
  @Test
  void blasHasOneThreadOnceThereIsAnEngine() {
    var unused =
        new Nd4jEngine(new Nd4jEngineConfig(false, ProductLibrary.AUTO, Precision.FLOAT32));
    assertEquals(1, openblas_nolapack.blas_get_num_threads());
  }

  @Test
  void usingNd4jBesideTheEngineLeavesItSo() {
    var unused =
        new Nd4jEngine(new Nd4jEngineConfig(false, ProductLibrary.AUTO, Precision.FLOAT32));
    var square = Nd4j.ones(DataType.FLOAT, 300, 300);
    assertEquals(300, square.mmul(square).getFloat(7, 7), 1e-3);
    assertEquals(1, openblas_nolapack.blas_get_num_threads());
  }
}
