package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.Shape;
import dev.difftop.learning.data.Demonstrations;
import dev.difftop.learning.data.Normalizer;
import dev.difftop.learning.data.Normalizers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What posterior and learned prior of codes see: normalised observations that are vectors, and for
 * the posterior the actions taken there.
 */
final class CodeFeatures {
  private final CodeConfig config;
  private final Map<String, Shape> seen = new LinkedHashMap<>();
  private final int actionSize;

  /**
   * Features of some observations.
   *
   * @param observations shape of each, by name
   * @throws IllegalArgumentException if a named observation is not there, or none is a vector
   */
  CodeFeatures(CodeConfig config, Map<String, Shape> observations, int actionSize) {
    this.config = config;
    this.actionSize = actionSize;
    List<String> names = new ArrayList<>(config.observations());
    if (names.isEmpty()) {
      observations.forEach(
          (name, shape) -> {
            if (shape.rank() <= 1) {
              names.add(name);
            }
          });
    }
    for (String name : names) {
      Shape shape = observations.get(name);
      if (shape == null) {
        throw new IllegalArgumentException(
            "learner.code.observations: found %s, expected one of %s"
                .formatted(name, observations.keySet()));
      }
      seen.put(name, shape);
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException(
          "learner.code.observations: no observation of %s is a vector; name those that the posterior sees"
              .formatted(observations.keySet()));
    }
  }

  /** Length of what a prior sees. */
  int priorSize() {
    return seen.values().stream().mapToInt(Shape::size).sum();
  }

  /** Length of what the posterior sees. */
  int posteriorSize() {
    return config.points() * (priorSize() + actionSize);
  }

  /** Writes what the posterior sees of windows that begin in some rows, (B, posteriorSize). */
  void writePosterior(int[] rows, Demonstrations data, Normalizers normalizers, Array into) {
    double[] out = new double[rows.length * posteriorSize()];
    int at = 0;
    for (int row : rows) {
      int episode = data.episodeOf(row);
      int first = data.firstRow(episode);
      int last = data.firstRow(episode + 1) - 1;
      for (int k = 0; k < config.points(); k++) {
        int seenRow = seenRow(k, row, first, last);
        at = write(seenRow, data, normalizers, out, at);
        for (int j = 0; j < actionSize; j++) {
          out[at++] = normalizers.actions().normalize(data.actions()[seenRow * actionSize + j], j);
        }
      }
    }
    into.write(0, out, 0, out.length);
  }

  private int seenRow(int k, int row, int first, int last) {
    if (config.posterior() == CodeConfig.Posterior.WINDOW) {
      return Math.min(last, row + k);
    }
    double share = config.points() == 1 ? 1 : k / (config.points() - 1.0);
    return first + (int) Math.round(share * (last - first));
  }

  /** Writes what a learned prior sees of windows that begin in some rows, (B, priorSize). */
  void writePrior(int[] rows, Demonstrations data, Normalizers normalizers, Array into) {
    boolean first = config.posterior() == CodeConfig.Posterior.EPISODE;
    double[] out = new double[rows.length * priorSize()];
    int at = 0;
    for (int row : rows) {
      int seenRow = first ? data.firstRow(data.episodeOf(row)) : row;
      at = write(seenRow, data, normalizers, out, at);
    }
    into.write(0, out, 0, out.length);
  }

  private int write(int row, Demonstrations data, Normalizers normalizers, double[] out, int at) {
    int next = at;
    for (Map.Entry<String, Shape> one : seen.entrySet()) {
      int n = one.getValue().size();
      float[] all = data.observation(one.getKey());
      Normalizer normalizer = normalizers.observations().get(one.getKey());
      for (int j = 0; j < n; j++) {
        out[next++] = normalizer.normalize(all[row * n + j], j);
      }
    }
    return next;
  }

  /** Writes what a learned prior sees of an observation of the environment, (1, priorSize). */
  void writePrior(Map<String, Array> observation, Normalizers normalizers, Array into) {
    int at = 0;
    for (Map.Entry<String, Shape> one : seen.entrySet()) {
      Array raw = observation.get(one.getKey());
      Normalizer normalizer = normalizers.observations().get(one.getKey());
      for (int j = 0; j < one.getValue().size(); j++) {
        into.set(at++, normalizer.normalize(raw.get(j), j));
      }
    }
  }
}
