from django.http import JsonResponse


def who(request):
    return JsonResponse({"user": request.user.get_username()})
