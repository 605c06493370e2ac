package dev.difftop.models.cost;

import dev.difftop.api.Declarations;
import dev.difftop.api.Point;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The limits of a {@link LimitedConfig} on a state: {@code low <= x}, {@code x <= high}. */
final class StateLimits {
  private static final String LOW = "state-low";
  private static final String HIGH = "state-high";
  private static final String END = "end-values";

  private final LimitedConfig config;
  private final int[] lows;
  private final int[] highs;

  StateLimits(LimitedConfig config, int stateSize) {
    this.config = config;
    requireSize(LOW, config.stateLow().length, stateSize);
    requireSize(HIGH, config.stateHigh().length, stateSize);
    requireOrder(config);
    if (config.endComponents().length != config.endValues().length) {
      throw new IllegalArgumentException(
          "end-values: found %d numbers, expected %d, one for each of end-components"
              .formatted(config.endValues().length, config.endComponents().length));
    }
    for (int component : config.endComponents()) {
      if (component < 0 || component >= stateSize) {
        throw new IllegalArgumentException(
            "end-components: found %d, expected 0 to %d".formatted(component, stateSize - 1));
      }
    }
    this.lows = finite(config.stateLow());
    this.highs = finite(config.stateHigh());
  }

  private static void requireSize(String name, int found, int expected) {
    if (found != 0 && found != expected) {
      throw new IllegalArgumentException(
          "%s: found %d numbers, expected %d, the size of the state, or none"
              .formatted(name, found, expected));
    }
  }

  private static void requireOrder(LimitedConfig config) {
    double[] low = config.stateLow();
    double[] high = config.stateHigh();
    for (int i = 0; i < Math.max(low.length, high.length); i++) {
      double lowest = low.length == 0 ? Double.NEGATIVE_INFINITY : low[i];
      double highest = high.length == 0 ? Double.POSITIVE_INFINITY : high[i];
      if (!(lowest <= highest)) {
        throw new IllegalArgumentException(
            "state-low and state-high: found [%s, %s] at component %d, expected low <= high"
                .formatted(lowest, highest, i));
      }
    }
  }

  private static int[] finite(double[] bounds) {
    return IntStream.range(0, bounds.length).filter(i -> Double.isFinite(bounds[i])).toArray();
  }

  void declare(Declarations declare) {
    if (config.learned()) {
      declare(declare, LOW, chosen(config.stateLow(), lows));
      declare(declare, HIGH, chosen(config.stateHigh(), highs));
      declare(declare, END, config.endValues());
    }
  }

  private static void declare(Declarations declare, String name, double[] values) {
    if (values.length > 0) {
      declare.parameter(name, Shape.of(values.length), new Initializer.Given(values));
    }
  }

  private static double[] chosen(double[] values, int[] components) {
    return IntStream.of(components).mapToDouble(i -> values[i]).toArray();
  }

  /** What is at most 0, (B, m); null for nothing. */
  Tensor inequalities(Point at) {
    List<Tensor> all = new ArrayList<>();
    if (lows.length > 0) {
      all.add(limit(at, LOW, chosen(config.stateLow(), lows)).minus(components(at, lows)));
    }
    if (highs.length > 0) {
      all.add(components(at, highs).minus(limit(at, HIGH, chosen(config.stateHigh(), highs))));
    }
    return all.isEmpty() ? null : Tensor.concat(1, all.toArray(Tensor[]::new));
  }

  /** What is 0 at the end, (B, m); null for nothing. */
  Tensor end(Point at) {
    return config.endComponents().length == 0
        ? null
        : components(at, config.endComponents()).minus(limit(at, END, config.endValues()));
  }

  private Tensor limit(Point at, String name, double[] values) {
    return config.learned() ? at.parameter(name) : Tensor.constant(values);
  }

  private static Tensor components(Point at, int[] which) {
    Tensor[] columns = new Tensor[which.length];
    for (int i = 0; i < which.length; i++) {
      columns[i] = at.x().get(1, which[i]);
    }
    return Tensor.stack(1, columns);
  }
}
