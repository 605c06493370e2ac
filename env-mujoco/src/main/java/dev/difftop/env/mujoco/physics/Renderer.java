package dev.difftop.env.mujoco.physics;

import dev.difftop.api.array.Array;
import dev.difftop.mujoco.preset.global.MuJoCo;
import dev.difftop.mujoco.preset.mjData;
import dev.difftop.mujoco.preset.mjModel;
import dev.difftop.mujoco.preset.mjrContext;
import dev.difftop.mujoco.preset.mjrRect;
import dev.difftop.mujoco.preset.mjvCamera;
import dev.difftop.mujoco.preset.mjvOption;
import dev.difftop.mujoco.preset.mjvScene;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * Draws simulations of one model without a display. An OpenGL context is current in one thread at a
 * time: a renderer's is so in the caller's while it draws, and in none between, so that renderers
 * may be used from any thread.
 */
public final class Renderer implements AutoCloseable {
  /** The name of the camera that looks at the whole model from outside. */
  public static final String FREE = "free";

  private static final String EGL = "libEGL.so.1";
  private static final String OSMESA = "libOSMesa.so.8";
  private static final int CHANNELS = 3;
  private static final int LARGEST_SIDE = 8192;

  private final Model model;
  private final mjModel modelHandle;
  private final RenderSettings settings;
  private final Pointer gl;
  private byte[] flipped = {};
  private Canvas canvas;
  private boolean closed;

  /**
   * Opens OpenGL: EGL, else OSMesa.
   *
   * @throws MujocoException if neither is there, with both reasons and what to install
   */
  public Renderer(Model model, RenderSettings settings) {
    this(model, settings, EGL, OSMESA);
  }

  /** With other OpenGL libraries. */
  Renderer(Model model, RenderSettings settings, String egl, String osmesa) {
    this.model = model;
    this.settings = settings;
    modelHandle = model.retain();
    try {
      gl = MuJoCo.difftop_openGl(egl, osmesa);
    } catch (RuntimeException e) {
      model.release();
      throw new MujocoException(
          "rendering needs OpenGL without a display, and there is none: "
              + e.getMessage()
              + ". Install it, on Debian and Ubuntu: sudo apt-get install libegl1 libegl-mesa0"
              + " libgl1-mesa-dri (or libosmesa6)",
          e);
    }
  }

  /** The cameras of a model, the default one first. */
  public static List<String> cameras(Model model) {
    List<String> cameras = new ArrayList<>();
    for (int i = 0; i < model.count(Element.CAMERA); i++) {
      cameras.add(model.name(Element.CAMERA, i).orElse(Integer.toString(i)));
    }
    cameras.add(FREE);
    return cameras;
  }

  /**
   * An image.
   *
   * @param width pixels, 1 to 8192
   * @param height pixels, 1 to 8192
   * @param camera name or number of a camera, {@link #FREE}, or empty for the default one
   * @return uint8, shape (height, width, 3), top row first
   * @throws IllegalArgumentException on another size, or an unknown camera
   */
  public Array color(Simulation simulation, int width, int height, String camera) {
    byte[] out = new byte[width(width) * height(height) * CHANNELS];
    color(simulation, width, height, camera, out, 0);
    return Array.of(out, height, width, CHANNELS);
  }

  /**
   * As {@link #color(Simulation, int, int, String)}, into an array of the caller's.
   *
   * @param out receives the pixels, from {@code offset} on
   */
  public void color(
      Simulation simulation, int width, int height, String camera, byte[] out, int offset) {
    int row = width(width) * CHANNELS;
    if (flipped.length != row * height(height)) {
      flipped = new byte[row * height];
    }
    draw(simulation, width, height, camera, flipped, null);
    for (int y = 0; y < height; y++) {
      System.arraycopy(flipped, (height - 1 - y) * row, out, offset + y * row, row);
    }
  }

  /**
   * Refuses a camera that there is not.
   *
   * @throws IllegalArgumentException listing those there are
   */
  public void requireCamera(String camera) {
    cameraNumber(camera);
  }

  /** A loop in C over the same image of the first camera, without any of this; to measure with. */
  void rawImages(Simulation simulation, int width, int height, byte[] pixels, int n) {
    mjData data = simulation.handle();
    mjModel seen = simulation.modelHandle();
    bound(
        () -> {
          growCanvas(width, height);
          canvas.drawRaw(seen, data, width, height, pixels, n);
        });
  }

  /**
   * The distance of every pixel from the plane of the camera, in metres; what is beyond the far
   * plane, such as the sky, is at its distance.
   *
   * @return float32, shape (height, width), top row first
   * @throws IllegalArgumentException as {@link #color}
   */
  public Array depth(Simulation simulation, int width, int height, String camera) {
    float[] buffer = new float[width(width) * height(height)];
    draw(simulation, width, height, camera, null, buffer);
    double near = model.nearPlane() * model.extent();
    double far = model.farPlane() * model.extent();
    float[] out = new float[buffer.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double d = buffer[(height - 1 - y) * width + x];
        out[y * width + x] = (float) (near / (1 - d * (1 - near / far)));
      }
    }
    return Array.of(out, height, width);
  }

  private static int width(int width) {
    return side("width", width);
  }

  private static int height(int height) {
    return side("height", height);
  }

  private static int side(String name, int pixels) {
    if (pixels < 1 || pixels > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "%s of the image is %d pixels, expected 1 to %d".formatted(name, pixels, LARGEST_SIDE));
    }
    return pixels;
  }

  private void draw(
      Simulation simulation, int width, int height, String camera, byte[] color, float[] depth) {
    if (closed) {
      throw new IllegalStateException("the renderer is closed");
    }
    int number = cameraNumber(camera);
    mjData data = simulation.handle();
    mjModel seen = simulation.modelHandle();
    bound(
        () -> {
          growCanvas(width, height);
          canvas.draw(seen, data, number, width, height, color, depth);
        });
  }

  private void growCanvas(int width, int height) {
    int wide = width;
    int high = height;
    if (canvas != null) {
      if (canvas.fits(width, height)) {
        return;
      }
      wide = Math.max(width, canvas.width);
      high = Math.max(height, canvas.height);
      canvas.close();
      canvas = null;
    }
    canvas = new Canvas(modelHandle, settings, wide, high);
  }

  private int cameraNumber(String camera) {
    int count = model.count(Element.CAMERA);
    if (camera.equals(FREE) || (camera.isEmpty() && count == 0)) {
      return Canvas.FREE;
    }
    if (camera.isEmpty()) {
      return 0;
    }
    return model
        .find(Element.CAMERA, camera)
        .or(() -> Model.numberBelow(count, camera))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: no camera \"%s\"; found %s, or a number below %d"
                        .formatted(model.origin(), camera, cameras(model), count)));
  }

  /** Draws with the context in the calling thread. */
  private synchronized void bound(Runnable drawing) {
    try {
      MuJoCo.difftop_bindGl(gl);
      try {
        drawing.run();
      } finally {
        MuJoCo.difftop_releaseGl(gl);
      }
    } catch (RuntimeException e) {
      throw new MujocoException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (canvas != null) {
      bound(canvas::close);
    }
    MuJoCo.difftop_closeGl(gl);
    model.release();
  }

  /**
   * MuJoCo's scene and OpenGL resources for images up to a size; used while the context is current.
   */
  private static final class Canvas implements AutoCloseable {
    static final int FREE = -1;

    private static final int MOST_GEOMS = 10000;
    private static final int SHADOW_MAP = 2048;

    private final int width;
    private final int height;
    private final mjvScene scene = new mjvScene();
    private final mjvOption options = new mjvOption();
    private final mjvCamera camera = new mjvCamera();
    private final mjrContext context = new mjrContext();

    Canvas(mjModel model, RenderSettings settings, int width, int height) {
      this.width = width;
      this.height = height;
      MuJoCo.mjv_defaultOption(options);
      MuJoCo.mjv_defaultScene(scene);
      MuJoCo.mjr_defaultContext(context);
      MuJoCo.mjv_makeScene(model, scene, MOST_GEOMS);
      scene.flags(MuJoCo.mjRND_SHADOW, flag(settings.shadows()));
      scene.flags(MuJoCo.mjRND_REFLECTION, flag(settings.reflections()));
      int shadowMap = settings.shadows() ? SHADOW_MAP : 0;
      MuJoCo.difftop_makeContext(model, context, width, height, settings.samples(), shadowMap);
      MuJoCo.mjr_setBuffer(MuJoCo.mjFB_OFFSCREEN, context);
    }

    private static byte flag(boolean on) {
      return (byte) (on ? 1 : 0);
    }

    boolean fits(int imageWidth, int imageHeight) {
      return imageWidth <= width && imageHeight <= height;
    }

    void draw(
        mjModel seen,
        mjData data,
        int number,
        int imageWidth,
        int imageHeight,
        byte[] color,
        float[] depth) {
      if (number == FREE) {
        MuJoCo.mjv_defaultFreeCamera(seen, camera);
      } else {
        MuJoCo.mjv_defaultCamera(camera);
        camera.type(MuJoCo.mjCAMERA_FIXED);
        camera.fixedcamid(number);
      }
      // A control step leaves out what only images show.
      MuJoCo.mj_comPos(seen, data);
      MuJoCo.mj_camlight(seen, data);
      MuJoCo.mjv_updateScene(seen, data, options, null, camera, MuJoCo.mjCAT_ALL, scene);
      try (mjrRect frame = new mjrRect()) {
        frame.left(0).bottom(0).width(imageWidth).height(imageHeight);
        MuJoCo.mjr_render(frame, scene, context);
        MuJoCo.mjr_readPixels(color, depth, frame, context);
      }
    }

    void drawRaw(mjModel seen, mjData data, int imageWidth, int imageHeight, byte[] color, int n) {
      MuJoCo.mjv_defaultCamera(camera);
      camera.type(MuJoCo.mjCAMERA_FIXED);
      camera.fixedcamid(0);
      MuJoCo.difftop_rawPictures(
          seen, data, options, camera, scene, context, imageWidth, imageHeight, color, n);
    }

    @Override
    public void close() {
      MuJoCo.mjr_freeContext(context);
      MuJoCo.mjv_freeScene(scene);
      context.close();
      scene.close();
      options.close();
      camera.close();
    }
  }
}
