package dev.difftop.learning.optim;

import dev.difftop.api.array.Array;
import dev.difftop.learning.model.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Moves parameters against their gradients, as {@link OptimizerSettings} say. The gradients lie in
 * arrays that are given once and read at every step, such as the outputs of a plan. A step
 * allocates nothing and depends on nothing but the numbers.
 */
public final class Optimizer {
  private final OptimizerSettings settings;
  private final long totalSteps;
  private final Rule rule;
  private final Slot[] slots;
  private final double valueLimit;
  private long step;

  /**
   * At step 0.
   *
   * @param totalSteps of the whole run, for the schedule
   * @param parameters those that it moves are overwritten; those that are frozen are left alone
   * @param gradients an array of the same size for every parameter that is not frozen, by name
   * @throws IllegalArgumentException if a gradient is missing or has another size, or if a pattern
   *     of frozen parameters fits none
   */
  public Optimizer(
      OptimizerSettings settings,
      long totalSteps,
      Parameters parameters,
      Map<String, Array> gradients) {
    this(settings, totalSteps, parameters, gradients, name -> 1);
  }

  /**
   * As above, with learning rates that differ between parameters.
   *
   * @param rates share of the learning rate by the name of a parameter
   */
  public Optimizer(
      OptimizerSettings settings,
      long totalSteps,
      Parameters parameters,
      Map<String, Array> gradients,
      ToDoubleFunction<String> rates) {
    this.settings = settings;
    this.totalSteps = totalSteps;
    this.rule = Rule.of(settings);
    this.valueLimit = limit(settings.valueClip());
    Set<String> frozen = parameters.matching(settings.freeze());
    List<Slot> moving = new ArrayList<>();
    parameters
        .arrays()
        .forEach(
            (name, values) -> {
              if (!frozen.contains(name)) {
                Slot slot = Slot.of(name, values, gradients.get(name), rule.states().size());
                slot.rate = rates.applyAsDouble(name);
                moving.add(slot);
              }
            });
    this.slots = moving.toArray(Slot[]::new);
  }

  private static double limit(double clip) {
    return clip == 0 ? Double.POSITIVE_INFINITY : clip;
  }

  /**
   * One step. If the gradient is not finite, nothing is learned from it; the step counts.
   *
   * @return the gradient's norm before it was clipped by its norm
   */
  public double step() {
    double norm = norm();
    double rate = learningRate();
    step++;
    if (Double.isFinite(norm)) {
      rule.begin(step, rate);
      double longest = limit(settings.gradientClip());
      double factor = norm > longest ? longest / norm : 1;
      for (Slot slot : slots) {
        slot.move(rule, valueLimit, factor);
      }
    }
    return norm;
  }

  /**
   * Scales the gradient so that its norm is at most the largest one, before other gradients are
   * added to it. A gradient that is not finite stays as it is.
   *
   * @return the norm before
   */
  public double clip() {
    double norm = norm();
    double longest = limit(settings.gradientClip());
    if (Double.isFinite(norm) && norm > longest) {
      for (Slot slot : slots) {
        slot.scaleGradient(longest / norm);
      }
    }
    return norm;
  }

  private double norm() {
    double squares = 0;
    for (Slot slot : slots) {
      squares += slot.squares(valueLimit);
    }
    return Math.sqrt(squares);
  }

  /** The learning rate of the next step. */
  public double learningRate() {
    return settings.learningRate(step, totalSteps);
  }

  /** Steps done. */
  public long steps() {
    return step;
  }

  public void restoreSteps(long steps) {
    this.step = steps;
  }

  /** What it is called in a checkpoint: its method. */
  public String method() {
    return settings.method().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The numbers it keeps, as {@code first/encoder/0/weight}, shared. */
  public Map<String, Array> state() {
    Map<String, Array> out = new LinkedHashMap<>();
    for (int i = 0; i < rule.states().size(); i++) {
      for (Slot slot : slots) {
        out.put(rule.states().get(i) + "/" + slot.name, slot.state(i));
      }
    }
    return out;
  }
}
