package dev.difftop.learner.imitation;

final class ImitationPlainTest extends ImitationContract {}
