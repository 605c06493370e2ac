package dev.difftop.engine.nd4j.product;

/** Number format of the operands of products in single-precision programs. */
public enum Precision {
  FLOAT32,
  /** Operands rounded to bfloat16, sums in float32; all but products stays in float32. */
  MIXED
}
