package dev.difftop.mujoco.preset.config;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How JavaCPP reads MuJoCo's headers and what the native library links to. Everything of MuJoCo
 * 2.2.2 is bound but its user interface and its vector arithmetic, which Java has itself.
 *
 * <p>{@code preload} lists what Debian's libmujoco needs; a release of MuJoCo has it inside. Not
 * final: the generated class extends it.
 */
@Properties(
    value =
        @Platform(
            define =
                "MJ_STATIC", // MJAPI then stands for nothing; how MuJoCo is linked does not change
            include = {
              "mujoco/mjtnum.h",
              "mujoco/mjmodel.h",
              "mujoco/mjdata.h",
              "mujoco/mjvisualize.h",
              "mujoco/mjrender.h",
              "mujoco/mujoco.h",
              "difftop_mujoco.h"
            },
            link = "mujoco@.2.2.2",
            preload = {"ccd@.2", "lodepng@.0", "qhull_r@.8.0", "tinyxml2@.9"}),
    target = "dev.difftop.mujoco.preset",
    global = "dev.difftop.mujoco.preset.global.MuJoCo")
public class MujocoConfig implements InfoMapper {
  /** {@code struct mjX_ {...}; typedef struct mjX_ mjX;}: one Java class each, named mjX. */
  private static final String[] STRUCTS = {
    "mjLROpt",
    "mjVFS",
    "mjOption",
    "mjVisual",
    "mjStatistic",
    "mjModel",
    "mjContact",
    "mjWarningStat",
    "mjTimerStat",
    "mjSolverStat",
    "mjData",
    "mjvPerturb",
    "mjvCamera",
    "mjvGLCamera",
    "mjvGeom",
    "mjvLight",
    "mjvOption",
    "mjvScene",
    "mjvFigure",
    "mjrRect",
    "mjrContext"
  };

  /** Macros that stand for code, not for a value, and a table that JavaCPP cannot express. */
  private static final String[] NOT_FOR_JAVA = {
    "mjMARKSTACK",
    "mjFREESTACK",
    "mjDISABLED",
    "mjENABLED",
    "mjMAX",
    "mjMIN",
    "mju_sqrt",
    "mju_exp",
    "mju_sin",
    "mju_cos",
    "mju_tan",
    "mju_asin",
    "mju_acos",
    "mju_atan2",
    "mju_tanh",
    "mju_pow",
    "mju_abs",
    "mju_log",
    "mju_log10",
    "mju_floor",
    "mju_ceil",
    "mjCOLLISIONFUNC"
  };

  /** Handlers that our native part sets and nobody else may. */
  private static final String[] OURS = {
    "mju_user_error",
    "mju_user_warning",
    "mju_user_malloc",
    "mju_user_free",
    "mju_clearHandlers",
    "mju_writeLog"
  };

  @Override
  public void map(InfoMap infoMap) {
    infoMap.put(new Info("MJAPI", "MJLOCAL").cppTypes().annotations());
    infoMap.put(new Info("mjUSEDOUBLE").define(true));
    infoMap.put(
        new Info("mjtNum")
            .valueTypes("double")
            .pointerTypes("DoublePointer", "DoubleBuffer", "double[]"));
    for (String struct : STRUCTS) {
      infoMap.put(new Info(struct + "_").pointerTypes(struct));
    }
    infoMap.put(new Info(NOT_FOR_JAVA).skip());
    infoMap.put(new Info(OURS).skip());
    infoMap.put(
        new Info("mujoco.h")
            .linePatterns(
                section("UI framework"), section("Error and memory"),
                section("Standard math"), section("Quaternions"))
            .skip());
  }

  /** The line that begins a section of the header. */
  private static String section(String title) {
    return "//-+ " + title + " -+";
  }
}
