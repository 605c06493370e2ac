package dev.difftop.app.reference.bench;

import dev.difftop.api.environment.EnvironmentInspector;
import dev.difftop.api.environment.EnvironmentInspector.Measurement;
import dev.difftop.api.environment.EnvironmentProvider;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code bench env} measures: whatever the environments that there are have to measure. */
final class EnvironmentCases {
  private static final double SECONDS = 3;

  private EnvironmentCases() {}

  /** All cases of some environments, in order. */
  static List<BenchCase> of(Stream<? extends EnvironmentProvider<?>> providers) {
    return providers
        .map(EnvironmentProvider::inspector)
        .flatMap(Optional::stream)
        .map(EnvironmentInspector::measurements)
        .flatMap(List::stream)
        .<BenchCase>map(EnvironmentCase::new)
        .toList();
  }

  private record EnvironmentCase(Measurement measurement) implements BenchCase {
    @Override
    public String name() {
      return measurement.name();
    }

    @Override
    public double seconds() {
      return SECONDS;
    }

    @Override
    public Work prepare(Engine engine, int threads) {
      return new Prepared(measurement.preparation().apply(threads));
    }
  }

  private record Prepared(EnvironmentInspector.Work work) implements BenchCase.Work {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public double[] result() {
      return new double[] {work.result()};
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.empty();
    }

    @Override
    public Map<String, Object> more() {
      Map<String, Object> more = new LinkedHashMap<>(work.more());
      more.put("allocated_bytes", Allocation.of(work::run));
      return more;
    }

    @Override
    public void close() {
      work.close();
    }
  }
}
