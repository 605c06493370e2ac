package dev.difftop.env.mujoco.physics;

/**
 * What a {@link Renderer} spends time on.
 *
 * @param samples samples per pixel against jagged edges; 0 or 1 for none
 * @param shadows whether lights cast shadows
 * @param reflections whether reflecting materials mirror the scene
 */
public record RenderSettings(int samples, boolean shadows, boolean reflections) {}
