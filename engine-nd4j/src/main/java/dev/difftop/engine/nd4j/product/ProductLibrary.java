package dev.difftop.engine.nd4j.product;

import dev.difftop.api.array.DType;
import dev.difftop.engine.nd4j.memory.Processor;

/** Which library multiplies matrices of single precision. Double precision is OpenBLAS's. */
public enum ProductLibrary {
  /** oneDNN where it can be loaded and the processor has AVX-512, else OpenBLAS. */
  AUTO,
  OPENBLAS,
  /** oneDNN, or an error if it cannot be loaded. */
  ONEDNN;

  private static final System.Logger LOGGER = System.getLogger("dev.difftop.engine.nd4j");

  /**
   * The library for products in single-precision programs. Where the processor has no instructions
   * for bfloat16, or oneDNN is missing, mixed precision is float32, and a warning says so.
   */
  public Products single(Precision precision) {
    Products library = single();
    if (precision == Precision.FLOAT32) {
      return library;
    }
    if (this == OPENBLAS) {
      throw new IllegalStateException(
          "engine nd4j: precision: mixed needs oneDNN; found products: openblas, expected auto or"
              + " onednn");
    }
    if (library instanceof OneDnn oneDnn && HalfPrecision.isSupported()) {
      return new HalfPrecision(oneDnn);
    }
    LOGGER.log(
        System.Logger.Level.WARNING,
        "engine nd4j: precision: mixed needs oneDNN and a processor with AVX-512 BF16; products are"
            + " in float32");
    return library;
  }

  /** The library for products in single precision. */
  public Products single() {
    OpenBlas openBlas = new OpenBlas(DType.FLOAT32);
    if (this == OPENBLAS || (this == AUTO && !Processor.hasAvx512())) {
      return openBlas;
    }
    if (Loaded.LIBRARY != null) {
      return Loaded.LIBRARY;
    }
    if (this == ONEDNN) {
      throw new IllegalStateException(
          "engine nd4j: products: onednn: the library cannot be loaded (%s); set products to auto or"
                  .formatted(Loaded.failure)
              + " openblas");
    }
    return openBlas;
  }

  /** oneDNN is loaded once in a process, or its absence noted once. */
  private static final class Loaded {
    static String failure;
    static final OneDnn LIBRARY = load();

    private static OneDnn load() {
      try {
        return OneDnn.load();
      } catch (LinkageError | RuntimeException e) {
        failure = e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().get();
        LOGGER.log(
            System.Logger.Level.WARNING,
            "engine nd4j: oneDNN cannot be loaded, products go through OpenBLAS, which takes about"
                + " twice as long: {0}",
            failure);
        return null;
      }
    }
  }
}
