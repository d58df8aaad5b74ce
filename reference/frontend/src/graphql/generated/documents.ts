// Written by `npm run codegen` from the documents in the folder above. Do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What gives a role. */
export type RoleSource =
  | 'APP_ROLE'
  | 'ENTRA_GROUP'
  | 'LOGBOOK';

/** Sign-in method. */
export type SignInMethod =
  | 'ENTRA'
  | 'PASSWORD';

export type AddEntryMutationVariables = Exact<{
  text: string;
  tags: Array<string> | string;
}>;


export type AddEntryMutation = { addEntry: { id: string, createdAt: string, editedAt: string | null, text: string, tags: Array<string>, canEdit: boolean, canDelete: boolean, author: { username: string, fullName: string } } };

export type DeleteEntryMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteEntryMutation = { deleteEntry: string };

export type EditEntryMutationVariables = Exact<{
  id: string | number;
  text: string;
  tags: Array<string> | string;
}>;


export type EditEntryMutation = { editEntry: { id: string, createdAt: string, editedAt: string | null, text: string, tags: Array<string>, canEdit: boolean, canDelete: boolean, author: { username: string, fullName: string } } };

export type EntriesQueryVariables = Exact<{
  search: string;
  tag?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type EntriesQuery = { entries: { totalCount: number, edges: Array<{ node: { id: string, createdAt: string, editedAt: string | null, text: string, tags: Array<string>, canEdit: boolean, canDelete: boolean, author: { username: string, fullName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EntryAddedSubscriptionVariables = Exact<{
  after?: string | number | null | undefined;
}>;


export type EntryAddedSubscription = { entryAdded: { id: string, createdAt: string, editedAt: string | null, text: string, tags: Array<string>, canEdit: boolean, canDelete: boolean, author: { username: string, fullName: string } } };

export type EntryPartsFragment = { id: string, createdAt: string, editedAt: string | null, text: string, tags: Array<string>, canEdit: boolean, canDelete: boolean, author: { username: string, fullName: string } };

export type SignInMutationVariables = Exact<{
  username: string;
  password: string;
}>;


export type SignInMutation = { signIn: { token: string, expiresAt: string } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { username: string, email: string, fullName: string, signedInWith: SignInMethod, roles: Array<string>, canRead: boolean, canWrite: boolean, canManage: boolean, roleReasons: Array<{ role: string, source: RoleSource, name: string }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EntryPartsFragmentDoc = new TypedDocumentString(`
    fragment EntryParts on Entry {
  id
  author {
    username
    fullName
  }
  createdAt
  editedAt
  text
  tags
  canEdit
  canDelete
}
    `, {"fragmentName":"EntryParts"}) as unknown as TypedDocumentString<EntryPartsFragment, unknown>;
export const AddEntryDocument = new TypedDocumentString(`
    mutation AddEntry($text: String!, $tags: [String!]!) {
  addEntry(text: $text, tags: $tags) {
    ...EntryParts
  }
}
    fragment EntryParts on Entry {
  id
  author {
    username
    fullName
  }
  createdAt
  editedAt
  text
  tags
  canEdit
  canDelete
}`) as unknown as TypedDocumentString<AddEntryMutation, AddEntryMutationVariables>;
export const DeleteEntryDocument = new TypedDocumentString(`
    mutation DeleteEntry($id: ID!) {
  deleteEntry(id: $id)
}
    `) as unknown as TypedDocumentString<DeleteEntryMutation, DeleteEntryMutationVariables>;
export const EditEntryDocument = new TypedDocumentString(`
    mutation EditEntry($id: ID!, $text: String!, $tags: [String!]!) {
  editEntry(id: $id, text: $text, tags: $tags) {
    ...EntryParts
  }
}
    fragment EntryParts on Entry {
  id
  author {
    username
    fullName
  }
  createdAt
  editedAt
  text
  tags
  canEdit
  canDelete
}`) as unknown as TypedDocumentString<EditEntryMutation, EditEntryMutationVariables>;
export const EntriesDocument = new TypedDocumentString(`
    query Entries($search: String!, $tag: String, $first: Int!, $after: String) {
  entries(search: $search, tag: $tag, first: $first, after: $after) {
    edges {
      node {
        ...EntryParts
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment EntryParts on Entry {
  id
  author {
    username
    fullName
  }
  createdAt
  editedAt
  text
  tags
  canEdit
  canDelete
}`) as unknown as TypedDocumentString<EntriesQuery, EntriesQueryVariables>;
export const EntryAddedDocument = new TypedDocumentString(`
    subscription EntryAdded($after: ID) {
  entryAdded(after: $after) {
    ...EntryParts
  }
}
    fragment EntryParts on Entry {
  id
  author {
    username
    fullName
  }
  createdAt
  editedAt
  text
  tags
  canEdit
  canDelete
}`) as unknown as TypedDocumentString<EntryAddedSubscription, EntryAddedSubscriptionVariables>;
export const SignInDocument = new TypedDocumentString(`
    mutation SignIn($username: String!, $password: String!) {
  signIn(username: $username, password: $password) {
    token
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    username
    email
    fullName
    signedInWith
    roles
    roleReasons {
      role
      source
      name
    }
    canRead
    canWrite
    canManage
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;