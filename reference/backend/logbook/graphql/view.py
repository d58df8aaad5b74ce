"""The GraphQL view: JSON by POST, one operation per request, bearer tokens or a session."""

from accounts.signed_in import csrf_by_door
from cross_web import HTTPException
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.views.decorators.cache import never_cache
from strawberry.django.views import GraphQLView
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from logbook.graphql.context import Context
from logbook.graphql.errors import presentable
from logbook.graphql.schema import schema


class LogbookGraphQLView(GraphQLView[Context, None]):
    graphql_ide = None  # Strawberry's GraphiQL page loads scripts from a CDN
    allow_queries_via_get = False

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer POST only."""
        if request.method == "POST":
            return super().dispatch(request, *args, **kwargs)
        return HttpResponseNotAllowed(["POST"])

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        return Context(request=request, response=response)

    def parse_json(self, data: str | bytes) -> dict[str, object]:
        """Parse one operation. Lists of operations are refused."""
        try:
            operation = super().parse_json(data)
        except RecursionError:
            operation = None
        if not isinstance(operation, dict):
            raise HTTPException(400, "Send one operation, as a JSON object.")
        return operation

    def process_result(self, request: HttpRequest, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Mask errors here: documents that fail before execution never reach an extension."""
        result.errors = result.errors and [presentable(error) for error in result.errors]
        return super().process_result(request, result)


graphql_view = never_cache(csrf_by_door(LogbookGraphQLView.as_view(schema=schema)))
