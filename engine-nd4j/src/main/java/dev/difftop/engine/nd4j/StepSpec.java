package dev.difftop.engine.nd4j;

import java.util.List;

/** A step of a plan, before it is bound to memory. */
interface StepSpec {
  /** One line for listings. */
  String describe();

  /** What it reads. */
  List<View> reads();

  /** What it writes. */
  List<View> writes();

  /** Multiplications and additions of a run, or elementwise operations; for listings. */
  long operations(int batch);

  /** Ready to run on a worker's samples. */
  Step bind(Worker<?> worker);
}
