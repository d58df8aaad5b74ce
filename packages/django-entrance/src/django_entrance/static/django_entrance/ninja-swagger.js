// After Ninja's swagger-ui-init.js, whose `ui` it completes.
ui.initOAuth(JSON.parse(document.getElementById("swagger-settings").textContent).initOAuth);
