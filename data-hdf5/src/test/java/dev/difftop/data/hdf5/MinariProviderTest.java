package dev.difftop.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.data.hdf5.file.Json;
import dev.difftop.data.hdf5.reading.DemonstrationConfig;
import dev.difftop.hdf5.H5Dataset;
import dev.difftop.hdf5.H5File;
import dev.difftop.hdf5.H5Group;
import dev.difftop.hdf5.value.H5Slab;
import dev.difftop.testkit.DatasetContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinariProviderTest extends DatasetContract<DemonstrationConfig> {
  @Override
  protected DatasetProvider<DemonstrationConfig> provider() {
    return new MinariProvider();
  }

  @Override
  protected DemonstrationConfig config(Path file) {
    return DemonstrationConfig.of(file.toString());
  }

  @TempDir Path place;

  @Test
  void theLayoutIsThatOfMinari() throws IOException {
    Path root = place.resolve("toy-v3");
    try (Dataset.Writer writer =
        provider()
            .writer(root, Map.of("env_args", "{\"env_name\": \"Toy\"}"), true)
            .orElseThrow()) {
      writer.append(
          Map.of(
              "actions", Array.of(Sample.ramp(6, 0), 3, 2),
              "obs/x", Array.of(Sample.ramp(3, 0), 3, 1),
              "next_obs/x", Array.of(Sample.ramp(3, 1), 3, 1),
              "obs/camera", Array.of(new byte[3 * 40 * 40 * 3], 3, 40, 40, 3),
              "rewards", Array.of(new float[] {1, 2, 3}, 3),
              "dones", Array.of(new float[] {0, 0, 1}, 3)));
    }
    Map<String, Object> metadata =
        Fixtures.map(Json.read(Files.readString(root.resolve("data/metadata.json"))));
    assertEquals("hdf5", metadata.get("data_format"));
    assertEquals(false, metadata.get("jpeg_encoding"));
    assertEquals("toy-v3", metadata.get("dataset_id"));
    assertEquals("0.5.0", metadata.get("minari_version"));
    // What Gymnasium wants to be told, and in this form.
    Map<String, Object> spec = Fixtures.map(Json.read(metadata.get("env_spec").toString()));
    assertEquals("Toy", spec.get("id"));
    assertEquals(List.of(), spec.get("additional_wrappers"));
    assertTrue(metadata.get("observation_space").toString().contains("subspaces"));
    try (H5File file = H5File.open(root.resolve("data/main_data.hdf5"));
        H5Group episode = file.group("episode_0")) {
      assertEquals(1, file.requireAttribute("total_episodes").asLong());
      assertEquals("0.4.3", file.requireAttribute("minari_version").asText());
      assertEquals(3, episode.requireAttribute("total_steps").asLong());
      assertEquals(0, episode.requireAttribute("id").asLong());
      assertEquals(6, episode.requireAttribute("rewards_sum").asDouble());
      assertEquals("<f8 [3]", told(episode, "rewards"));
      assertEquals("<f8 [4, 1]", told(episode, "observations/x"));
      assertEquals("|u1 [4, 40, 40, 3]", told(episode, "observations/camera"));
      assertEquals("|b1 [3]", told(episode, "terminations"));
      assertEquals("|b1 [3]", told(episode, "truncations"));
      try (H5Dataset x = episode.dataset("observations/x")) {
        assertArrayEquals(new double[] {0, 1, 2, 3}, x.readDoubles(H5Slab.all()));
        assertTrue(x.storage().growing());
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (Dataset.Writer writer = provider().writer(root, Map.of(), true).orElseThrow()) {
            writer.append(Map.of("actions", Array.of(new double[2], 1, 2)));
          }
        });
  }

  private static String told(H5Group group, String path) {
    try (H5Dataset dataset = group.dataset(path)) {
      return dataset.type().code() + " " + Arrays.toString(dataset.shape());
    }
  }
}
