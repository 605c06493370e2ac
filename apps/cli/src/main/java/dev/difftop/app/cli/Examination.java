package dev.difftop.app.cli;

import dev.difftop.api.ServiceType;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.env.Tasks;
import dev.difftop.assembly.Plugin;
import dev.difftop.assembly.Plugins;
import dev.difftop.assembly.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tries every part in earnest, on a small scale: nothing is believed from a version string. */
final class Examination {
  /**
   * What one trial found.
   *
   * @param what what was tried
   * @param ok whether it works
   * @param found what there is, or what went wrong
   * @param advice what to do; empty where nothing is to be done
   */
  record Finding(String what, boolean ok, String found, String advice) {}

  /** One trial: says what it found, or throws. */
  @FunctionalInterface
  private interface Trial {
    String run() throws Exception;
  }

  private static final String SLOW_HEAP_ADVICE = "set DIFFTOP_OPTS=-Xmx4g or more for large runs";
  private static final long SMALL_HEAP = 1L << 30;

  private final Session session;
  private final List<Finding> findings = new ArrayList<>();

  Examination(Session session) {
    this.session = session;
  }

  List<Finding> all() {
    java();
    plugins();
    for (Plugin engine : session.plugins().of(Engine.class)) {
      attempt(
          engine.toString(), "its native library does not load or compute", () -> compute(engine));
    }
    for (Plugin dataset : session.plugins().of(Dataset.class)) {
      writes(dataset);
    }
    environments();
    return findings;
  }

  private void attempt(String what, String advice, Trial trial) {
    try {
      findings.add(new Finding(what, true, trial.run(), ""));
    } catch (Exception | LinkageError e) {
      findings.add(new Finding(what, false, Failure.of(e).message(), advice));
    }
  }

  private void java() {
    Runtime runtime = Runtime.getRuntime();
    findings.add(
        new Finding(
            "Java",
            Runtime.version().feature() >= 17,
            "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor")),
            ""));
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    boolean supported = platform.equals("Linux amd64");
    findings.add(
        new Finding(
            "platform",
            supported,
            "%s, %d processors".formatted(platform, runtime.availableProcessors()),
            supported ? "" : "the native libraries are built for Linux on x86-64"));
    long heap = runtime.maxMemory();
    findings.add(
        new Finding(
            "memory",
            true,
            "at most %.1f GB for the JVM".formatted(heap / 1e9),
            heap < SMALL_HEAP ? SLOW_HEAP_ADVICE : ""));
  }

  private void plugins() {
    Plugins plugins = session.plugins();
    findings.add(
        new Finding(
            "plugins",
            true,
            "%d found%s"
                .formatted(
                    plugins.found().size(),
                    session.pluginFolder().map(f -> ", further ones from " + f).orElse("")),
            ""));
    plugins
        .refused()
        .forEach(
            r ->
                findings.add(
                    new Finding(
                        "plugin " + r.source(), false, r.reason(), "mend it or remove it")));
    for (ServiceType<?> service : Services.all()) {
      if (plugins.of(service.type()).isEmpty()) {
        findings.add(
            new Finding(
                service.word(), false, "no plugin offers one", "is lib/ complete? build again"));
      }
    }
  }

  private String compute(Plugin engine) {
    Tensor x = Tensor.input("x", Shape.batched(3));
    Program product =
        Program.of(
            List.of(x),
            Map.of("y", x.linear(Tensor.identity(3), Tensor.zeros(Shape.of(3))).times(2).plus(1)));
    String listing;
    try (CompiledProgram plan =
        session.assembly(Optional.of(engine.name())).engine().compile(product, 2, DType.FLOAT32)) {
      listing = plan.dump();
      plan.input("x").fill(20.5);
      plan.run();
      double found = plan.output("y").get(5);
      if (found != 42) {
        throw new IllegalStateException("computes %s where 42 is right".formatted(found));
      }
    }
    // The listing's first line names the library for products.
    Matcher library = Pattern.compile("products ([^,]+),").matcher(listing);
    return engine.summary()
        + (library.find() ? "; computes with products by " + library.group(1) : "; computes");
  }

  private void writes(Plugin plugin) {
    DatasetProvider<?> provider = (DatasetProvider<?>) plugin.provider();
    Path folder;
    try {
      folder = Files.createTempDirectory("difftop-doctor");
    } catch (IOException e) {
      findings.add(
          new Finding(
              "temporary files",
              false,
              Failure.of(e).message(),
              "make the temporary folder writable"));
      return;
    }
    Path file = folder.resolve("trial.hdf5");
    Optional<Dataset.Writer> writer = provider.writer(file, Map.of(), false);
    writer.ifPresent(
        w ->
            attempt(
                plugin.toString(),
                "its native library does not load, or the disk is full",
                () -> write(w, file)));
    delete(file);
    delete(folder);
  }

  private static String write(Dataset.Writer writer, Path file) throws IOException {
    Array rows = Array.zeros(DType.FLOAT32, Shape.of(4, 1));
    try (writer) {
      writer.append(Map.of("actions", rows, "obs/x", rows));
    }
    return "writes files (%d bytes)".formatted(Files.size(file));
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }

  /** The first task of every environment: it steps and renders. */
  private void environments() {
    Tasks tasks = new Tasks(session);
    List<Tasks.Task> first = new ArrayList<>();
    for (Tasks.Task task : tasks.all()) {
      if (first.stream().noneMatch(t -> t.plugin().equals(task.plugin()))) {
        first.add(task);
      }
    }
    for (Tasks.Task task : first) {
      attempt(
          "environment " + task.plugin().name(),
          "its native library does not load",
          () -> step(tasks, task));
      attempt(
          "rendering " + task.plugin().name(),
          "install Mesa's EGL (Debian: apt-get install libegl1 libgl1-mesa-dri); only images and"
              + " videos need it",
          () -> look(tasks, task));
    }
  }

  private String step(Tasks tasks, Tasks.Task task) {
    try (Environment environment = session.make(tasks.choose(task.name(), List.of()))) {
      environment.reset(RandomStream.root(0));
      environment.step(new double[environment.spec().actionSize()]);
    }
    return task.plugin().summary() + "; steps " + task.name();
  }

  private String look(Tasks tasks, Tasks.Task task) {
    try (Environment environment = session.make(tasks.choose(task.name(), List.of()))) {
      if (!(environment instanceof Environment.Camera camera)) {
        return "has no camera";
      }
      environment.reset(RandomStream.root(0));
      camera.render(64, 48, camera.cameras().get(0));
    }
    return "renders without a display";
  }
}
