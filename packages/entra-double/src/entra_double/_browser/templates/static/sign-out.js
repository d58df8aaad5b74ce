// Goes on when every application has been told, or after two seconds, whichever comes first.
const onward = () => location.replace(document.getElementById("onward").href);
addEventListener("load", onward);
setTimeout(onward, 2000);
