/** The texts of the package in each language that the gallery can show. */
import type { Texts } from "@django-entrance/react";
import { de } from "@django-entrance/react/texts/de";
import { en } from "@django-entrance/react/texts/en";
import { es } from "@django-entrance/react/texts/es";
import { fr } from "@django-entrance/react/texts/fr";
import { nb } from "@django-entrance/react/texts/nb";
import { nl } from "@django-entrance/react/texts/nl";
import type { View } from "./view";

export const TEXTS: Readonly<Record<View["lang"], Texts>> = { en, de, es, fr, nb, nl };
