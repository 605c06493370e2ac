package dev.difftop.env.mujoco.tasks;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number that can be read from a simulation, written as {@code kind:name} or {@code
 * kind:name[index]}: {@code qpos:hinge}, {@code sensor:gyro[2]}, {@code z:torso}. Reading makes no
 * objects.
 */
public final class Feature {
  /** The kinds of features there are, with what the name stands for. */
  public static final String GRAMMAR =
      "qpos:JOINT[i], qvel:JOINT[i], sin:JOINT, cos:JOINT, ctrl:ACTUATOR, sensor:SENSOR[i], x:BODY,"
          + " y:BODY, z:BODY, upright:BODY, site:SITE[i], geom:GEOM[i], distance:SITE,SITE";

  private static final Pattern FORM = Pattern.compile("([a-z]+):([^\\[\\]]+)(?:\\[(\\d+)])?");
  private static final int MOTION_STAGES = 2;

  private final String text;
  private final ToDoubleFunction<Simulation> reader;
  private final boolean ofMotion;
  private final int stateNumber;
  private final String kind;

  private Feature(
      String text,
      String kind,
      ToDoubleFunction<Simulation> reader,
      boolean ofMotion,
      int stateNumber) {
    this.text = text;
    this.kind = kind;
    this.reader = reader;
    this.ofMotion = ofMotion;
    this.stateNumber = stateNumber;
  }

  /**
   * Reads a feature's text.
   *
   * @throws IllegalArgumentException if it has not the form
   * @throws ModelException if the model lacks what it names; the message has the nearest name and
   *     lists all
   */
  public static Feature parse(String text, Model model) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw unknown(text);
    }
    String kind = form.group(1).toLowerCase(Locale.ROOT);
    String name = form.group(2).strip();
    int index = form.group(3) == null ? 0 : Integer.parseInt(form.group(3));
    return new Parser(text, model, name, index).parse(kind);
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        "feature \"%s\" is not understood; expected one of %s".formatted(text, GRAMMAR));
  }

  /** The number at the present state. */
  public double of(Simulation simulation) {
    return reader.applyAsDouble(simulation);
  }

  /** Whether it follows from position and velocity alone, without forces or controls. */
  public boolean isOfMotion() {
    return ofMotion;
  }

  /** Which number of the state {@code [qpos, qvel, act]} it is a function of; -1 if of several. */
  public int stateNumber() {
    return stateNumber;
  }

  /** {@code sin}, {@code cos} or another kind. */
  public String kind() {
    return kind;
  }

  @Override
  public String toString() {
    return text;
  }

  private record Parser(String text, Model model, String name, int index) {
    Feature parse(String kind) {
      return switch (kind) {
        case "qpos" -> position(kind, joint("jnt_qposadr", positions()));
        case "sin", "cos" -> position(kind, joint("jnt_qposadr", 1));
        case "qvel" -> {
          int at = joint("jnt_dofadr", velocities());
          yield feature(kind, s -> s.qvel().get(at), true, model.nq() + at);
        }
        case "ctrl" -> {
          int at = model.index(Element.ACTUATOR, name);
          yield feature(kind, s -> s.ctrl().get(at), false, -1);
        }
        case "sensor" -> sensor(kind);
        case "x" -> body(kind, 0);
        case "y" -> body(kind, 1);
        case "z" -> body(kind, 2);
        case "upright" -> {
          int body = model.index(Element.BODY, name);
          yield feature(kind, s -> s.bodyRotation(body, 2, 2), true, -1);
        }
        case "site" -> {
          int site = model.index(Element.SITE, name);
          int axis = within(3);
          yield feature(kind, s -> s.sitePosition(site, axis), true, -1);
        }
        case "geom" -> {
          int geom = model.index(Element.GEOM, name);
          int axis = within(3);
          yield feature(kind, s -> s.geomPosition(geom, axis), true, -1);
        }
        case "distance" -> distance(kind);
        default -> throw unknown(text);
      };
    }

    private Feature feature(
        String kind, ToDoubleFunction<Simulation> reader, boolean ofMotion, int stateNumber) {
      return new Feature(text, kind, reader, ofMotion, stateNumber);
    }

    private Feature position(String kind, int at) {
      return switch (kind) {
        case "sin" -> feature(kind, s -> Math.sin(s.qpos().get(at)), true, at);
        case "cos" -> feature(kind, s -> Math.cos(s.qpos().get(at)), true, at);
        default -> feature(kind, s -> s.qpos().get(at), true, at);
      };
    }

    private Feature body(String kind, int axis) {
      int body = model.index(Element.BODY, name);
      return feature(kind, s -> s.bodyPosition(body, axis), true, -1);
    }

    private Feature sensor(String kind) {
      int sensor = model.index(Element.SENSOR, name);
      int at = model.sensorAddress(name) + within((int) model.field("sensor_dim").values()[sensor]);
      boolean early = model.field("sensor_needstage").values()[sensor] <= MOTION_STAGES;
      return feature(kind, s -> s.sensors().get(at), early, -1);
    }

    private Feature distance(String kind) {
      List<String> names = Arrays.stream(name.split(",")).map(String::strip).toList();
      if (names.size() != 2) {
        throw unknown(text);
      }
      int a = model.index(Element.SITE, names.get(0));
      int b = model.index(Element.SITE, names.get(1));
      return feature(kind, s -> distance(s, a, b), true, -1);
    }

    private static double distance(Simulation s, int a, int b) {
      double sum = 0;
      for (int axis = 0; axis < 3; axis++) {
        double d = s.sitePosition(a, axis) - s.sitePosition(b, axis);
        sum += d * d;
      }
      return Math.sqrt(sum);
    }

    private int joint(String address, int size) {
      int joint = model.index(Element.JOINT, name);
      return (int) model.field(address).values()[joint] + within(size);
    }

    /** Numbers of position of the joint: free 7, ball 4, slide and hinge 1. */
    private int positions() {
      int type = (int) model.field("jnt_type").values()[model.index(Element.JOINT, name)];
      return type == 0 ? 7 : type == 1 ? 4 : 1;
    }

    private int velocities() {
      int type = (int) model.field("jnt_type").values()[model.index(Element.JOINT, name)];
      return type == 0 ? 6 : type == 1 ? 3 : 1;
    }

    private int within(int size) {
      if (index >= size) {
        throw new IllegalArgumentException(
            "feature \"%s\": index %d, expected 0 to %d".formatted(text, index, size - 1));
      }
      return index;
    }
  }
}
