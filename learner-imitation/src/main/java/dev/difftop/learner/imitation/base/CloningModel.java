package dev.difftop.learner.imitation.base;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Tensor;
import dev.difftop.learning.Metric;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A policy that is learned from windows by gradient steps on one loss. */
public interface CloningModel {
  /** The output of {@link #losses} that is minimised. */
  String LOSS = "loss";

  /**
   * One batch.
   *
   * @param observations by name, normalised, (B, frames, ...)
   * @param actions normalised, (B, actions, nu)
   * @param mask 1 for actions that exist, 0 for repeated ones, (B, actions)
   * @param draws inputs that the model draws itself
   * @param parameters by full name
   */
  record Batch(
      Map<String, Tensor> observations,
      Tensor actions,
      Tensor mask,
      Map<String, Tensor> draws,
      Function<String, Tensor> parameters) {}

  /** The rows of a sample. */
  WindowSpan span();

  /** Declares every parameter. */
  void declare(Declarations declare);

  /**
   * The loss and further figures of a batch.
   *
   * @return scalars by name, {@link #LOSS} among them; others are declared by {@link #metrics}
   */
  Map<String, Tensor> losses(Batch batch);

  /** The figures beside the loss. */
  default List<Metric> metrics() {
    return List.of();
  }

  /** Sample shapes of the inputs that the model draws for every batch, by name. */
  default Map<String, Shape> draws() {
    return Map.of();
  }

  /**
   * Draws those inputs.
   *
   * @param training the program of the loss, with observations and actions written
   * @param random for this batch alone
   */
  default void draw(CompiledProgram training, RandomStream random) {}

  /** A planner with these parameters, for one actor; the caller closes it. */
  ChunkPlanner planner(Engine engine, Parameters parameters);
}
