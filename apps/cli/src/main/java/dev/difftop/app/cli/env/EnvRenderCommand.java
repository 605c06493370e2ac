package dev.difftop.app.cli.env;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Failure;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.media.Gif;
import dev.difftop.app.media.Picture;
import dev.difftop.app.media.Png;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a picture or a film of a task. */
@Command(
    name = "render",
    description = "Take a picture (.png) or a film (.gif) of a task, without a display.")
final class EnvRenderCommand implements Callable<Integer> {
  private static final int FILM_STEPS = 100;

  /** How much of the last action is kept: a smooth walk shows more than a tremble. */
  private static final double INERTIA = 0.9;

  private final Session session;

  @Parameters(index = "0", paramLabel = "TASK", description = "See 'difftop env list'.")
  private String task;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings of the environment; see 'difftop describe environment NAME'.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "FILE.png for a picture, FILE.gif for a film.")
  private Path out;

  @Option(names = "--width", defaultValue = "320", description = "Pixels (${DEFAULT-VALUE}).")
  private int width;

  @Option(names = "--height", defaultValue = "240", description = "Pixels (${DEFAULT-VALUE}).")
  private int height;

  @Option(names = "--camera", paramLabel = "C", description = "Name or number of the camera.")
  private Optional<String> camera = Optional.empty();

  @Option(names = "--depth", description = "Show distances in place of colours.")
  private boolean depth;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps before a picture (0), or of a film (" + FILM_STEPS + ").")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the first state and the random actions (${DEFAULT-VALUE}).")
  private long seed;

  EnvRenderCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    boolean film = isFilm();
    checkSizes();
    Tasks tasks = new Tasks(session);
    try (Environment environment = tasks.make(tasks.named(task), settings)) {
      if (!(environment instanceof Environment.Camera eye)) {
        throw new UsageException("TASK", task + " cannot be looked at");
      }
      String from = camera.orElseGet(() -> eye.cameras().get(0));
      List<Picture> frames = frames(environment, eye, from, film);
      write(frames, environment.spec().controlTimestep());
      session.console().answer(document(frames, from), List.of("wrote " + out));
    }
    return 0;
  }

  private boolean isFilm() {
    String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".gif")) {
      throw new UsageException("--out", "--out: found " + out + ", expected FILE.png or FILE.gif");
    }
    return name.endsWith(".gif");
  }

  private void checkSizes() {
    if (width < 1 || height < 1 || steps.orElse(0) < 0) {
      throw new UsageException(
          "--width",
          "--width, --height, --steps: found %d, %d, %d, expected at least 1, 1, 0"
              .formatted(width, height, steps.orElse(0)));
    }
  }

  /** One picture, or one after every step. */
  private List<Picture> frames(
      Environment environment, Environment.Camera eye, String from, boolean film) {
    RandomStream random = RandomStream.root(seed);
    RandomStream actions = random.child("actions");
    TimeStep now = environment.reset(random.child("reset"));
    double[] action = new double[environment.spec().actionSize()];
    List<Picture> frames = new ArrayList<>();
    int count = steps.orElse(film ? FILM_STEPS : 0);
    for (int step = 0; step < count && !now.isLast(); step++) {
      if (film) {
        frames.add(look(eye, from));
      }
      for (int j = 0; j < action.length; j++) {
        action[j] = INERTIA * action[j] + (1 - INERTIA) * 3 * actions.nextGaussian();
      }
      now = environment.step(action);
    }
    frames.add(look(eye, from));
    return frames;
  }

  private Picture look(Environment.Camera eye, String from) {
    if (depth) {
      return Picture.ofDepth(width, height, eye.renderDepth(width, height, from).toFloats());
    }
    Array pixels = eye.render(width, height, from);
    byte[] rgb = new byte[pixels.size()];
    ((ByteBuffer) pixels.buffer()).get(0, rgb);
    return new Picture(width, height, rgb);
  }

  private void write(List<Picture> frames, double controlTimestep) throws IOException {
    try {
      if (isFilm()) {
        Gif.write(out, frames, (int) Math.max(20, Math.round(1000 * controlTimestep)));
      } else {
        Png.write(out, frames.get(frames.size() - 1));
      }
    } catch (IOException e) {
      throw new IOException("cannot write %s: %s".formatted(out, Failure.of(e).message()), e);
    }
  }

  private Map<String, Object> document(List<Picture> frames, String from) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("task", task);
    document.put("file", out.toString());
    document.put("width", width);
    document.put("height", height);
    document.put("camera", from);
    document.put("frames", frames.size());
    return document;
  }
}
