"""The address of the API: JSON by POST, one operation a request, bearer tokens only."""

from accounts.signed_in import View, bearer_only
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from strawberry.django.views import GraphQLView
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from logbook.graphql.context import Context
from logbook.graphql.errors import presentable
from logbook.graphql.schema import schema


class LogbookGraphQLView(GraphQLView[Context, None]):
    def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        return Context(request=request, response=response)

    def process_result(self, request: HttpRequest, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Mask here, where every answer comes by, also those that failed before the first extension ran."""
        result.errors = result.errors and [presentable(error) for error in result.errors]
        return super().process_result(request, result)


def graphql_view() -> View:
    """Return the view; in development a GET shows GraphiQL, a page to try the API on."""
    view = LogbookGraphQLView.as_view(
        schema=schema, graphql_ide="graphiql" if settings.DEBUG else None, allow_queries_via_get=False
    )
    methods = ["GET", "POST"] if settings.DEBUG else ["POST"]
    return require_http_methods(methods)(never_cache(bearer_only(view)))
