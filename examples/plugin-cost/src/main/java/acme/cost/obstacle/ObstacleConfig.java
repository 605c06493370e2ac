package acme.cost.obstacle;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;

/** Settings of {@link ObstacleCost}. */
record ObstacleConfig(
    @Doc("goal state g, shape (nx), in the units of the state") double[] goal,
    @Doc("state o at the middle of the obstacle, shape (nx)") double[] obstacle,
    @Doc("width w of the hill, in the units of the state")
        @Range(min = 0, open = true)
        @Default("1")
        double width,
    @Doc("height h of the hill, in units of cost") @Range(min = 0) @Default("5") double height,
    @Doc("weight rho of |u|²") @Range(min = 0, open = true) @Default("0.1") double actionWeight) {}
