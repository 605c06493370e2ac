package dev.difftop.env.mujoco.tasks;

import dev.difftop.api.environment.Demonstrator;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;

/**
 * What knows how a task is solved.
 *
 * @param name such as {@code scripted}
 * @param summary one line for a person
 * @param maker makes one for simulations of a model
 */
public record DemonstratorDefinition(String name, String summary, Maker maker) {
  /** Makes a demonstrator. */
  public interface Maker {
    /**
     * A demonstrator.
     *
     * @param model shared; what it makes takes part in its ownership where it needs it
     * @throws ModelException if the model lacks the parts that it needs
     */
    Demonstrator of(Model model);
  }
}
