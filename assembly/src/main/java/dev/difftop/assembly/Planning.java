package dev.difftop.assembly;

import dev.difftop.api.Encoder;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.ProblemSpec.Parameter;
import dev.difftop.api.Solver;
import java.util.Map;
import java.util.Optional;

/**
 * A trajectory problem whose parts are made and fit each other.
 *
 * @param encoder how observations become the state, if it is not observed itself
 * @param encoderParameters what the encoder has declared, by its own names
 * @param spec dynamics, cost, horizon, discount
 * @param solver what solves it
 */
public record Planning(
    Optional<Encoder> encoder,
    Map<String, Parameter> encoderParameters,
    ProblemSpec spec,
    Solver solver) {}
