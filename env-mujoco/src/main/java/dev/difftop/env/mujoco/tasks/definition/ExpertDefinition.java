package dev.difftop.env.mujoco.tasks.definition;

import dev.difftop.api.environment.Expert;
import dev.difftop.env.mujoco.physics.Model;
import dev.difftop.env.mujoco.physics.ModelException;

/**
 * What knows how a task is solved.
 *
 * @param name such as {@code scripted}
 * @param summary one line for a person
 * @param maker makes one for simulations of a model
 */
public record ExpertDefinition(String name, String summary, Maker maker) {
  /** Makes an expert. */
  public interface Maker {
    /**
     * An expert.
     *
     * @param model shared; what it makes takes part in its ownership where it needs it
     * @throws ModelException if the model lacks the parts that it needs
     */
    Expert of(Model model);
  }
}
