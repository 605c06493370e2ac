package dev.difftop.env.mujoco.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.env.mujoco.physics.Element;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.tasks.definition.TaskDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every number of the tables in {@code tables/*.md}, which state the official models with all
 * defaults resolved, against our models: a model is written mechanically from a table, and
 * compiled.
 */
class ModelTablesTest {
  private static final List<String> FIELDS =
      List.of(
          "qpos0 qpos_spring",
          "body_parentid body_pos body_quat body_ipos body_iquat body_mass body_inertia",
          "body_subtreemass body_invweight0 body_jntnum body_dofnum body_geomnum",
          "jnt_type jnt_bodyid jnt_limited jnt_pos jnt_axis jnt_stiffness jnt_range jnt_margin",
          "jnt_solref jnt_solimp jnt_qposadr jnt_dofadr",
          "dof_damping dof_armature dof_frictionloss dof_solref dof_solimp dof_invweight0 dof_M0",
          "geom_type geom_contype geom_conaffinity geom_condim geom_bodyid geom_priority geom_size",
          "geom_pos geom_quat geom_friction geom_margin geom_gap geom_solmix geom_solref geom_solimp",
          "geom_rbound geom_sameframe",
          "site_type site_bodyid site_size site_pos site_quat",
          "cam_mode cam_bodyid cam_targetbodyid cam_pos cam_quat cam_fovy",
          "tendon_num tendon_limited tendon_range tendon_stiffness tendon_damping tendon_length0",
          "tendon_solref_lim tendon_solimp_lim tendon_lengthspring wrap_type wrap_objid wrap_prm",
          "eq_type eq_obj1id eq_obj2id eq_active eq_solref eq_solimp eq_data",
          "actuator_trntype actuator_dyntype actuator_gaintype actuator_biastype actuator_trnid",
          "actuator_ctrllimited actuator_forcelimited actuator_ctrlrange actuator_gear",
          "actuator_dynprm actuator_gainprm actuator_biasprm actuator_actlimited",
          "sensor_type sensor_objtype sensor_objid sensor_dim sensor_adr sensor_cutoff");

  private static final List<String> OPTIONS =
      List.of(
          "timestep integrator cone jacobian solver iterations tolerance impratio gravity",
          "disableflags enableflags density viscosity wind noslip_iterations mpr_iterations");

  @ParameterizedTest
  @CsvSource({
    "cartpole, cartpole.xml",
    "pendulum, pendulum.xml",
    "ball_in_cup, ball_in_cup.xml",
    "cheetah, cheetah.xml",
    "finger, finger.xml",
    "hopper, hopper.xml",
    "reacher, reacher.xml",
    "walker, walker.xml",
    "quadruped, quadruped.xml"
  })
  void ourModelIsThatOfTheTables(String table, String resource) {
    ModelTable written = ModelTable.read(table);
    TaskDefinition task =
        Tasks.all().stream().filter(t -> t.model().equals(resource)).findFirst().orElseThrow();
    try (Model ours = task.newModel(java.util.Optional.empty());
        Model theirs = Model.parse(table, written.mjcf())) {
      for (Element kind : Element.values()) {
        assertEquals(theirs.names(kind), ours.names(kind), kind.title());
      }
      for (String field : words(FIELDS)) {
        assertArrayEquals(theirs.field(field).values(), ours.field(field).values(), field);
      }
      for (String option : words(OPTIONS)) {
        assertArrayEquals(theirs.option(option), ours.option(option), option);
      }
      compareWithCheckValues(written, ours);
    }
  }

  private static List<String> words(List<String> lines) {
    return lines.stream().flatMap(line -> Arrays.stream(line.split(" "))).toList();
  }

  private static void compareWithCheckValues(ModelTable table, Model model) {
    double total = 0;
    for (double mass : model.field("body_mass").values()) {
      total += mass;
    }
    for (Map.Entry<String, Double> number : table.counts().entrySet()) {
      double found = number.getKey().equals("Total mass") ? total : model.size(number.getKey());
      assertEquals(number.getValue(), found, 1e-8 * number.getValue(), number.getKey());
    }
    for (Map<String, String> row : table.rows("Compiled")) {
      int body = model.index(Element.BODY, row.get("name"));
      String name = row.get("name");
      double mass = Double.parseDouble(row.get("mass"));
      assertEquals(mass, model.field("body_mass").values()[body], 1e-8 * mass, name);
      compare(row.get("inertial frame pos (body frame)"), model.field("body_ipos"), body, name);
      compare(row.get("principal inertia"), model.field("body_inertia"), body, name);
    }
  }

  private static void compare(String expected, Model.Field field, int row, String name) {
    String[] numbers = expected.split(" ");
    for (int i = 0; i < numbers.length; i++) {
      double number = Double.parseDouble(numbers[i]);
      assertEquals(number, field.at(row, i), 1e-5 * Math.abs(number) + 1e-9, name + " " + i);
    }
  }
}
