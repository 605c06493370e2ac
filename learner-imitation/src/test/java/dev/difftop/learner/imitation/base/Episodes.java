package dev.difftop.learner.imitation.base;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Demonstrations in memory: an observation {@code o} and actions. */
public final class Episodes implements Dataset {
  private final List<float[][]> observations = new ArrayList<>();
  private final List<float[][]> actions = new ArrayList<>();

  /** Adds an episode, (T, n) and (T, nu). */
  public Episodes add(float[][] observed, float[][] done) {
    observations.add(observed);
    actions.add(done);
    return this;
  }

  @Override
  public List<Episode> episodes() {
    List<Episode> out = new ArrayList<>();
    for (int e = 0; e < actions.size(); e++) {
      out.add(new Episode("demo_" + e, actions.get(e).length));
    }
    return out;
  }

  @Override
  public Map<String, Field> fields() {
    Map<String, Field> out = new LinkedHashMap<>();
    out.put("obs/o", new Field(Shape.of(observations.get(0)[0].length), DType.FLOAT32));
    out.put("actions", new Field(Shape.of(actions.get(0)[0].length), DType.FLOAT32));
    return out;
  }

  @Override
  public Map<String, String> attributes() {
    return Map.of();
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    float[][] rows = (field.equals("actions") ? actions : observations).get(episode);
    Array out = Array.zeros(DType.FLOAT32, Shape.of(count, rows[0].length));
    for (int t = 0; t < count; t++) {
      out.write(t * rows[0].length, rows[from + t], 0, rows[0].length);
    }
    return out;
  }

  @Override
  public void close() {
    // Everything is in memory.
  }
}
