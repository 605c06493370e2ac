package dev.difftop.engine.nd4j.step;

/** A step of a compiled program, bound to the memory of one worker. */
public interface Step {
  /** Does it for all samples of the worker; allocates nothing. */
  void run();

  /** Called after an area that it uses has moved. */
  default void prepare() {}
}
