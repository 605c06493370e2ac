package dev.difftop.env.mujoco.physics;

import dev.difftop.mujoco.preset.global.MuJoCo;
import dev.difftop.mujoco.preset.mjModel;
import dev.difftop.mujoco.preset.mjVFS;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A compiled MuJoCo model (mjModel). Constant once made, so that any number of {@link Simulation}s
 * in any threads may share it; its memory is freed when it and all of them are closed.
 */
public final class Model implements AutoCloseable {
  /** Several models at once are more than MuJoCo's parser is made for. */
  private static final Object PARSER = new Object();

  private static final int ERROR_LENGTH = 1000;

  /** How MuJoCo's parser reports keywords, attributes and elements that it has not. */
  private static final Pattern UNKNOWN_WORD =
      Pattern.compile("(?i)invalid keyword|unrecognized|schema violation|unknown (default|plugin)");

  /**
   * An array of mjModel.
   *
   * @param rows number of elements
   * @param columns numbers per element
   * @param values shape (rows, columns), row-major
   */
  public record Field(int rows, int columns, double[] values) {
    /** One number. */
    public double at(int row, int column) {
      return values[row * columns + column];
    }
  }

  private final String origin;
  private final mjModel handle;
  private int users = 1;
  private boolean closed;

  private Model(String origin, mjModel handle) {
    this.origin = origin;
    this.handle = handle;
  }

  /**
   * Compiles an MJCF (or URDF) file; what it includes is searched beside it.
   *
   * @throws ModelException if it cannot be read or has an error, with file, line and MuJoCo's
   *     reason
   */
  public static Model load(Path file) {
    if (!Files.isReadable(file)) {
      throw new ModelException(
          file.toString(), "no such file, or not readable; expected a MuJoCo model (MJCF)");
    }
    return compile(file.toString(), file.toString(), null);
  }

  /**
   * Compiles an MJCF text.
   *
   * @param name how messages call it, a file name such as {@code cartpole.xml}
   * @throws ModelException if it has an error, with name, line and MuJoCo's reason
   */
  public static Model parse(String name, String xml) {
    return parse(name, Map.of(name, xml));
  }

  /**
   * Compiles an MJCF text that includes others.
   *
   * @param name the main one
   * @param texts all texts by their file names
   * @throws ModelException if one has an error, with name, line and MuJoCo's reason
   */
  public static Model parse(String name, Map<String, String> texts) {
    try (mjVFS files = new mjVFS()) {
      MuJoCo.mj_defaultVFS(files);
      try {
        texts.forEach((file, text) -> put(files, file, text.getBytes(StandardCharsets.UTF_8)));
        return compile(name, name, files);
      } finally {
        MuJoCo.mj_deleteVFS(files);
      }
    }
  }

  private static void put(mjVFS files, String name, byte[] bytes) {
    if (MuJoCo.mj_makeEmptyFileVFS(files, name, bytes.length) != 0) {
      throw new MujocoException(name + ": MuJoCo has no room for a file of that name");
    }
    Pointer content = files.filedata(MuJoCo.mj_findFileVFS(files, name));
    new BytePointer(content).put(bytes);
  }

  private static Model compile(String origin, String file, mjVFS files) {
    byte[] error = new byte[ERROR_LENGTH];
    mjModel handle;
    synchronized (PARSER) {
      try {
        handle = MuJoCo.mj_loadXML(file, files, error, error.length);
        MuJoCo.mj_freeLastXML();
      } catch (RuntimeException e) {
        throw new ModelException(origin, e.getMessage());
      }
    }
    if (handle == null) {
      String message = text(error);
      throw new ModelException(origin, message + versionHint(message));
    }
    Model model = new Model(origin, handle);
    if (!(model.timestep() > 0) || Double.isInfinite(model.timestep())) {
      double found = model.timestep();
      model.close();
      throw new ModelException(
          origin, "option timestep is %s, expected a number above 0, in seconds".formatted(found));
    }
    return model;
  }

  /** A word that this MuJoCo does not know may be one of a later version. */
  private static String versionHint(String message) {
    return UNKNOWN_WORD.matcher(message).find()
        ? "; this is MuJoCo %s: the model may have been written for a later version"
            .formatted(MuJoCo.mj_versionString().getString(StandardCharsets.US_ASCII))
        : "";
  }

  private static String text(byte[] cString) {
    int end = 0;
    while (end < cString.length && cString[end] != 0) {
      end++;
    }
    return new String(cString, 0, end, StandardCharsets.UTF_8)
        .strip()
        .replaceAll(":\\s*\\n\\s*", ": ")
        .replaceAll("\\s*\\n\\s*", ", ");
  }

  /** File or name it was made from. */
  public String origin() {
    return origin;
  }

  /** Seconds of one physics step. */
  public double timestep() {
    return option("timestep")[0];
  }

  /** Length of qpos. */
  public int nq() {
    return size("nq");
  }

  /** Length of qvel. */
  public int nv() {
    return size("nv");
  }

  /** Number of actuators, length of ctrl. */
  public int nu() {
    return size("nu");
  }

  /** Number of activations, length of act. */
  public int na() {
    return size("na");
  }

  /**
   * A size by its name in mjModel, such as {@code nsensordata}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public int size(String name) {
    int size = MuJoCo.difftop_modelSize(handle(), name);
    if (size < 0) {
      throw new IllegalArgumentException("mjModel has no size " + name);
    }
    return size;
  }

  /**
   * An array of numbers by its name in mjModel, such as {@code body_mass}; a copy.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Field field(String name) {
    int[] rows = new int[1];
    int[] columns = new int[1];
    int n = MuJoCo.difftop_modelField(handle(), name, rows, columns, new double[0], 0);
    if (n < 0) {
      throw new IllegalArgumentException("mjModel has no array of numbers " + name);
    }
    double[] values = new double[n];
    MuJoCo.difftop_modelField(handle(), name, rows, columns, values, n);
    return new Field(rows[0], columns[0], values);
  }

  /**
   * A physics option by its name in mjOption, such as {@code gravity}; a copy.
   *
   * @throws IllegalArgumentException if there is none
   */
  public double[] option(String name) {
    double[] values = new double[16];
    int n = MuJoCo.difftop_optionField(handle(), name, values, values.length);
    if (n < 0) {
      throw new IllegalArgumentException("mjOption has no number " + name);
    }
    return Arrays.copyOf(values, n);
  }

  /** How many there are of a kind. */
  public int count(Element kind) {
    return size(kind.size());
  }

  /** The name of an element, if it has one. */
  public Optional<String> name(Element kind, int index) {
    BytePointer name = MuJoCo.mj_id2name(handle(), kind.type(), index);
    return name == null ? Optional.empty() : Optional.of(name.getString(StandardCharsets.UTF_8));
  }

  /** The names of all elements of a kind that have one, in their order. */
  public List<String> names(Element kind) {
    List<String> names = new ArrayList<>();
    IntStream.range(0, count(kind)).forEach(i -> name(kind, i).ifPresent(names::add));
    return names;
  }

  /** The number of the element of that name, if there is one. */
  public Optional<Integer> find(Element kind, String name) {
    int index = MuJoCo.mj_name2id(handle(), kind.type(), name);
    return index < 0 ? Optional.empty() : Optional.of(index);
  }

  /**
   * The number of the element of that name.
   *
   * @throws ModelException if there is none; the message lists those there are
   */
  public int index(Element kind, String name) {
    return find(kind, name)
        .orElseThrow(
            () ->
                new ModelException(
                    origin,
                    "no %s named \"%s\"%s; found %s"
                        .formatted(
                            kind.title(),
                            name,
                            hint(name, names(kind)),
                            names(kind).stream()
                                .map(n -> '"' + n + '"')
                                .collect(Collectors.joining(", ", "[", "]")))));
  }

  /** The nearest of some names as part of a message; empty if none is near. */
  public static String hint(String name, List<String> names) {
    return names.stream()
        .filter(n -> distance(name, n) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(n -> distance(name, n)))
        .map(n -> ", did you mean \"" + n + "\"?")
        .orElse("");
  }

  /** How many letters have to be added, dropped or replaced. */
  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  /**
   * Where the measurements of the sensor of that name begin in {@link Simulation#sensors}.
   *
   * @throws ModelException if there is no such sensor; the message lists those there are
   */
  public int sensorAddress(String name) {
    int sensor = index(Element.SENSOR, name);
    return (int) field("sensor_adr").at(sensor, 0);
  }

  /** Metres from a camera to its far plane. */
  public double farDistance() {
    return farPlane() * extent();
  }

  /** The number that a text is, if it is one from 0 to {@code count - 1}. */
  public static Optional<Integer> numberBelow(int count, String text) {
    return text.matches("\\d{1,9}") && Integer.parseInt(text) < count
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  /** Size of the model in metres, the unit of the clipping planes. */
  double extent() {
    return handle().stat().extent();
  }

  /** Distance of the near clipping plane from a camera, in extents. */
  double nearPlane() {
    return handle().vis().map_znear();
  }

  /** Distance of the far clipping plane from a camera, in extents. */
  double farPlane() {
    return handle().vis().map_zfar();
  }

  /** The native model, to read. */
  synchronized mjModel handle() {
    if (closed) {
      throw new IllegalStateException("the model " + origin + " is closed");
    }
    return handle;
  }

  /** Takes part in the ownership of the memory. */
  synchronized mjModel retain() {
    if (closed) {
      throw new IllegalStateException("the model " + origin + " is closed");
    }
    users++;
    return handle;
  }

  /** Gives a part in the ownership back. */
  synchronized void release() {
    if (--users == 0) {
      MuJoCo.mj_deleteModel(handle);
      handle.setNull();
    }
  }

  /** Whether it was closed. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }
}
