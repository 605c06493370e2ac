package dev.difftop.api.dataset;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dataset in memory, for tests. */
class MemoryDataset implements Dataset {
  private final List<Map<String, Array>> episodes = new ArrayList<>();

  /** Adds an episode; the arrays are shared, so that a test can spoil them later. */
  MemoryDataset with(Map<String, Array> arrays) {
    episodes.add(new LinkedHashMap<>(arrays));
    return this;
  }

  @Override
  public List<Episode> episodes() {
    List<Episode> all = new ArrayList<>();
    for (Map<String, Array> arrays : episodes) {
      int length = arrays.values().iterator().next().shape().dim(0);
      all.add(new Episode("demo_" + all.size(), length));
    }
    return all;
  }

  @Override
  public Map<String, Field> fields() {
    Map<String, Field> fields = new LinkedHashMap<>();
    episodes
        .get(0)
        .forEach(
            (name, array) -> {
              int[] dims = array.shape().dims();
              fields.put(
                  name,
                  new Field(Shape.of(Arrays.copyOfRange(dims, 1, dims.length)), array.dtype()));
            });
    return fields;
  }

  @Override
  public Map<String, String> attributes() {
    return Map.of();
  }

  @Override
  public String location() {
    return "memory.test";
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    Array all = episodes.get(episode).get(field);
    int[] dims = all.shape().dims();
    int width = all.size() / dims[0];
    dims[0] = count;
    if (all.dtype() == DType.UINT8) {
      byte[] bytes = new byte[count * width];
      ((ByteBuffer) all.buffer()).get(from * width, bytes);
      return Array.wrap(ByteBuffer.wrap(bytes), Shape.of(dims));
    }
    float[] floats = new float[count * width];
    all.read(from * width, floats, 0, floats.length);
    return Array.of(floats, dims);
  }

  @Override
  public void close() {}
}
