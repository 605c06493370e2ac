package dev.difftop.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Reference numbers: a resource with a name and its numbers on every line. */
final class Reference {
  private final Map<String, double[]> numbers = new HashMap<>();

  Reference(String resource) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Reference.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
      reader.lines().filter(line -> !line.startsWith("#")).forEach(this::add);
    } catch (IOException e) {
      throw new IllegalStateException(resource, e);
    }
  }

  private void add(String line) {
    String[] words = line.split(" ");
    numbers.put(words[0], Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray());
  }

  double[] get(String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }
}
