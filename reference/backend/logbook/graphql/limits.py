"""Limits the depth, aliases and kinds of operation of a GraphQL document before it is executed."""

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MAX_TOKENS = 600
MAX_DEPTH = 8
MAX_ALIASES = 15


class DocumentLimits(ValidationRule):
    """Refuses deep documents and documents with many aliases, in linear time.

    Strawberry's own limiters visit a fragment once per use. Measured with 0.341: 18 fragments that each use the next
    one twice take 1.4 seconds, and each further one doubles that. 600 tokens have room for 58.
    """

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.aliases = 0
        self.depths: dict[str, int] = {}

    def enter_operation_definition(self, node: Node, *_: object) -> None:
        if self.depth_of(getattr(node, "selection_set", None)) > MAX_DEPTH:
            self.report_error(GraphQLError(f"The document is nested deeper than {MAX_DEPTH} fields.", [node]))

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.aliases += node.alias is not None
        if self.aliases == MAX_ALIASES + 1:
            self.report_error(GraphQLError(f"The document has more than {MAX_ALIASES} aliases.", [node]))

    def depth_of(self, selection_set: SelectionSetNode | None) -> int:
        if selection_set is None:
            return 0
        return max(map(self.depth_of_selection, selection_set.selections), default=0)

    def depth_of_selection(self, selection: SelectionNode) -> int:
        if isinstance(selection, FragmentSpreadNode):
            return self.depth_of_fragment(selection.name.value)
        inner: SelectionSetNode | None = getattr(selection, "selection_set", None)
        if not isinstance(selection, FieldNode):
            return self.depth_of(inner)
        is_introspection = selection.name.value.startswith("__")
        return 0 if is_introspection else 1 + self.depth_of(inner)

    def depth_of_fragment(self, name: str) -> int:
        """Return the cached depth. Another rule refuses recursive fragments."""
        if name not in self.depths:
            self.depths[name] = 0
            fragment = self.context.get_fragment(name)
            self.depths[name] = self.depth_of(fragment.selection_set) if fragment else 0
        return self.depths[name]


class OnlySubscriptions(ValidationRule):
    """Refuses queries and mutations: their resolvers query the database, which a WebSocket's event loop must not."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        if node.operation is not OperationType.SUBSCRIPTION:
            self.report_error(GraphQLError("Send queries and mutations over HTTP.", [node]))


class NoSubscriptions(ValidationRule):
    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        if node.operation is OperationType.SUBSCRIPTION:
            self.report_error(GraphQLError("Subscribe over a WebSocket.", [node]))
