package dev.difftop.app.cli.env;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.environment.TimeStep;
import dev.difftop.app.cli.console.Session;
import dev.difftop.app.cli.console.UsageException;
import dev.difftop.app.media.Gif;
import dev.difftop.app.media.Image;
import dev.difftop.app.media.Png;
import dev.difftop.hdf5.output.OutputFile;
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

/** Renders an image or a video of a task. */
@Command(
    name = "render",
    description = "Render an image (.png) or a video (.gif) of a task, without a display.")
final class EnvRenderCommand implements Callable<Integer> {
  private static final int VIDEO_STEPS = 100;

  /** How much of the last action is kept: a smooth walk shows more than a tremble. */
  private static final double INERTIA = 0.9;

  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "A task (see 'difftop env list'), or a FILE.yaml with an environment.")
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
      description = "FILE.png for an image, FILE.gif for a video.")
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
      description = "Steps before an image (0), or of a video (" + VIDEO_STEPS + ").")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the first state and the random actions (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  EnvRenderCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    boolean video = isVideo();
    checkSizes();
    try (OutputFile file = OutputFile.create(out, overwrite);
        Environment environment = session.make(new Tasks(session).choose(task, settings))) {
      if (!(environment instanceof Environment.Camera source)) {
        throw new UsageException("TASK", task + " has no camera");
      }
      String from = camera.orElseGet(() -> source.cameras().get(0));
      List<Image> frames = frames(environment, source, from, video);
      write(file, frames, environment.spec().controlTimestep());
      session.console().answer(document(environment, frames, from), List.of("wrote " + out));
    }
    return 0;
  }

  private boolean isVideo() {
    String name = out.toString().toLowerCase(Locale.ROOT);
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

  /** One image, or one after every step. */
  private List<Image> frames(
      Environment environment, Environment.Camera source, String from, boolean video) {
    RandomStream random = RandomStream.root(seed);
    RandomStream actions = random.child("actions");
    TimeStep now = environment.reset(random.child("reset"));
    double[] action = new double[environment.spec().actionSize()];
    List<Image> frames = new ArrayList<>();
    int count = steps.orElse(video ? VIDEO_STEPS : 0);
    for (int step = 0; step < count && !now.isLast(); step++) {
      if (video) {
        frames.add(capture(source, from));
      }
      for (int j = 0; j < action.length; j++) {
        action[j] = INERTIA * action[j] + (1 - INERTIA) * 3 * actions.nextGaussian();
      }
      now = environment.step(action);
    }
    frames.add(capture(source, from));
    return frames;
  }

  private Image capture(Environment.Camera source, String from) {
    if (depth) {
      return Image.ofDepth(width, height, source.renderDepth(width, height, from).toFloats());
    }
    Array pixels = source.render(width, height, from);
    byte[] rgb = new byte[pixels.size()];
    ((ByteBuffer) pixels.buffer()).get(0, rgb);
    return new Image(width, height, rgb);
  }

  private void write(OutputFile file, List<Image> frames, double controlTimestep)
      throws IOException {
    if (isVideo()) {
      Gif.write(file.draft(), frames, (int) Math.max(20, Math.round(1000 * controlTimestep)));
    } else {
      Png.write(file.draft(), frames.get(frames.size() - 1));
    }
    file.publish();
  }

  private Map<String, Object> document(Environment environment, List<Image> frames, String from) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("task", environment.spec().task());
    document.put("file", out.toString());
    document.put("width", width);
    document.put("height", height);
    document.put("camera", from);
    document.put("frames", frames.size());
    return document;
  }
}
