package dev.difftop.models.cost.task;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link CartpoleSwingup}: the order of its state, and where its weights start. */
public record CartpoleSwingupConfig(
    @Doc(
            "where position, velocity, angle and angular velocity stand in the state: [0, 1, 2, 3]"
                + " for the dynamics cartpole, [0, 2, 1, 3] for positions before velocities")
        @Range(min = 0, max = 3)
        @Default("[0, 1, 2, 3]")
        int[] order,
    @Doc("q_x, weight of position²") @Range(min = 0) @Default("1") double position,
    @Doc("q_v, weight of velocity²") @Range(min = 0) @Default("0.1") double velocity,
    @Doc("q_c, weight of (cos θ - 1)²") @Range(min = 0) @Default("1") double cosine,
    @Doc("q_s, weight of sin² θ") @Range(min = 0) @Default("1") double sine,
    @Doc("q_w, weight of angular velocity²") @Range(min = 0) @Default("0.1") double angularVelocity,
    @Doc("r, weight of u²") @Range(min = 0) @Default("0.01") double action,
    @Doc("how many times a stage's state costs count at the end; 0 leaves the end free")
        @Range(min = 0)
        @Default("0")
        double terminal) {}
