package dev.difftop.env.mujoco.tasks.custom;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;
import dev.difftop.env.mujoco.physics.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scalar read from a simulation, written as {@code kind:name} or {@code kind:name[index]}: {@code
 * qpos:hinge}, {@code sensor:gyro[2]}, {@code z:torso}. A name with brackets or commas is put in
 * quotes: {@code qpos:"arm[1]"[0]}. Units are MuJoCo's: metres, radians, seconds, newtons. Reading
 * makes no objects.
 */
public final class Feature {
  /** The kinds of features, with the kind of element that the name is of. */
  public static final String GRAMMAR =
      "qpos:JOINT[i], qvel:JOINT[i], sin:HINGE, cos:HINGE, ctrl:ACTUATOR, sensor:SENSOR[i], x:BODY,"
          + " y:BODY, z:BODY, upright:BODY, site:SITE[i], geom:GEOM[i], distance:SITE,SITE";

  private static final String NAMES = "(?:\"[^\"]+\"|[^\\[\\]\"])+";
  private static final Pattern FORM = Pattern.compile("([a-z]+):(" + NAMES + ")(?:\\[(\\d+)])?");
  private static final Pattern NAME = Pattern.compile("\\s*(?:\"([^\"]+)\"|([^\",]+?))\\s*(?:,|$)");

  /** MuJoCo's numbers of the types of joints. */
  private static final int FREE = 0;

  private static final int BALL = 1;
  private static final int HINGE = 3;
  private static final List<String> TYPES =
      List.of("a free joint", "a ball joint", "a slide", "a hinge");
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
    List<String> names = names(form.group(2));
    if (names.size() != (kind.equals("distance") ? 2 : 1)) {
      throw unknown(text);
    }
    String index = form.group(3) == null ? "0" : form.group(3);
    return new Parser(text, model, names, index).parse(kind);
  }

  /** The names in a list, without quotes; empty if it is none. */
  private static List<String> names(String list) {
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(list);
    int at = 0;
    while (at < list.length() && name.find(at) && name.start() == at) {
      names.add(name.group(1) != null ? name.group(1) : name.group(2).strip());
      at = name.end();
    }
    return at == list.length() ? names : List.of();
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

  private record Parser(String text, Model model, List<String> names, String index) {
    String name() {
      return names.get(0);
    }

    Feature parse(String kind) {
      return switch (kind) {
        case "qpos" -> position(kind, joint("jnt_qposadr", positions()));
        case "sin", "cos" -> position(kind, hinge());
        case "qvel" -> {
          int at = joint("jnt_dofadr", velocities());
          yield feature(kind, s -> s.qvel().get(at), true, model.nq() + at);
        }
        case "ctrl" -> {
          int at = single(Element.ACTUATOR);
          yield feature(kind, s -> s.ctrl().get(at), false, -1);
        }
        case "sensor" -> sensor(kind);
        case "x" -> body(kind, 0);
        case "y" -> body(kind, 1);
        case "z" -> body(kind, 2);
        case "upright" -> {
          int body = single(Element.BODY);
          yield feature(kind, s -> s.bodyRotation(body, 2, 2), true, -1);
        }
        case "site" -> {
          int site = model.index(Element.SITE, name());
          int axis = within(3);
          yield feature(kind, s -> s.sitePosition(site, axis), true, -1);
        }
        case "geom" -> {
          int geom = model.index(Element.GEOM, name());
          int axis = within(3);
          yield feature(kind, s -> s.geomPosition(geom, axis), true, -1);
        }
        case "distance" -> distance(kind);
        default -> throw unknown(text);
      };
    }

    /** The element of a kind whose features have no index. */
    private int single(Element element) {
      within(1);
      return model.index(element, name());
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
      int body = single(Element.BODY);
      return feature(kind, s -> s.bodyPosition(body, axis), true, -1);
    }

    private Feature sensor(String kind) {
      int sensor = model.index(Element.SENSOR, name());
      int at =
          model.sensorAddress(name()) + within((int) model.field("sensor_dim").values()[sensor]);
      boolean early = model.field("sensor_needstage").values()[sensor] <= MOTION_STAGES;
      return feature(kind, s -> s.sensors().get(at), early, -1);
    }

    private Feature distance(String kind) {
      within(1);
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
      int joint = model.index(Element.JOINT, name());
      return (int) model.field(address).values()[joint] + within(size);
    }

    private int type() {
      return (int) model.field("jnt_type").values()[model.index(Element.JOINT, name())];
    }

    /** Coordinates of the joint: free 7, ball 4, slide and hinge 1. */
    private int positions() {
      int type = type();
      return type == FREE ? 7 : type == BALL ? 4 : 1;
    }

    private int velocities() {
      int type = type();
      return type == FREE ? 6 : type == BALL ? 3 : 1;
    }

    /** The address of an angle. */
    private int hinge() {
      int address = joint("jnt_qposadr", 1);
      if (type() != HINGE) {
        throw new IllegalArgumentException(
            "feature \"%s\": joint \"%s\" is %s, expected a hinge: sine and cosine are of angles; use qpos:%s[i]"
                .formatted(text, name(), TYPES.get(type()), name()));
      }
      return address;
    }

    /** The index, if there are more than so many. */
    private int within(int size) {
      // Longer than any size, and than an int.
      int number = index.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(index);
      if (number >= size) {
        throw new IllegalArgumentException(
            "feature \"%s\": index %s, expected %s"
                .formatted(text, index, size == 1 ? "0 or none" : "0 to " + (size - 1)));
      }
      return number;
    }
  }
}
