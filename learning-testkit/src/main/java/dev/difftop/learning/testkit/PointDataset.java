package dev.difftop.learning.testkit;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Demonstrations of {@link PointEnvironment}: a proportional controller with a little noise. */
final class PointDataset implements Dataset {
  private static final int EPISODES = 6;

  private final List<Map<String, Array>> episodes = new ArrayList<>();

  PointDataset() {
    for (int e = 0; e < EPISODES; e++) {
      episodes.add(record(RandomStream.root(7).child(e)));
    }
  }

  private static Map<String, Array> record(RandomStream random) {
    int steps = PointEnvironment.STEPS;
    float[] positions = new float[2 * steps];
    float[] actions = new float[steps];
    float[] rewards = new float[steps];
    try (PointEnvironment environment = new PointEnvironment()) {
      var now = environment.reset(random.child("reset"));
      RandomStream noise = random.child("noise");
      for (int t = 0; t < steps; t++) {
        double[] seen = now.observation().get(PointEnvironment.OBSERVATION).toDoubles();
        double action = Math.max(-1, Math.min(1, -seen[0] - seen[1] + 0.1 * noise.nextGaussian()));
        positions[2 * t] = (float) seen[0];
        positions[2 * t + 1] = (float) seen[1];
        actions[t] = (float) action;
        now = environment.step(new double[] {action});
        rewards[t] = (float) now.reward();
      }
    }
    Map<String, Array> out = new LinkedHashMap<>();
    out.put("obs/" + PointEnvironment.OBSERVATION, Array.of(positions, steps, 2));
    out.put("actions", Array.of(actions, steps, 1));
    out.put("rewards", Array.of(rewards, steps));
    return out;
  }

  @Override
  public List<Episode> episodes() {
    List<Episode> out = new ArrayList<>();
    for (int e = 0; e < EPISODES; e++) {
      out.add(new Episode("demo_" + e, PointEnvironment.STEPS));
    }
    return out;
  }

  @Override
  public Map<String, Field> fields() {
    Map<String, Field> out = new LinkedHashMap<>();
    out.put("obs/" + PointEnvironment.OBSERVATION, new Field(Shape.of(2), DType.FLOAT32));
    out.put("actions", new Field(Shape.of(1), DType.FLOAT32));
    out.put("rewards", new Field(Shape.scalar(), DType.FLOAT32));
    return out;
  }

  @Override
  public Map<String, String> attributes() {
    return Map.of();
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    Array all = episodes.get(episode).get(field);
    int n = all.size() / PointEnvironment.STEPS;
    int[] dims = all.shape().dims().clone();
    dims[0] = count;
    Array out = Array.zeros(DType.FLOAT32, Shape.of(dims));
    float[] values = new float[count * n];
    all.read(from * n, values, 0, values.length);
    out.write(0, values, 0, values.length);
    return out;
  }

  @Override
  public void close() {
    // Everything is in memory.
  }
}
